"""Row 2: a model that is right everywhere gets EM 1.0 in any script, whatever its tokenizer drops or splits.

The property: prepare, label, decode gives back the same characters.
"""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

from qa_lesson.corpus import load_corpus
from qa_lesson.decoding import decode
from qa_lesson.evaluation import evaluate_predictions
from qa_lesson.loading import load_examples
from qa_lesson.schema import Answer, Example
from qa_lesson.windows import make_windows

INPUTS = Path(__file__).parent / "inputs"


def answered(examples, tokenizer, **settings_):
    """What a model decodes whose logits are highest at the labels."""
    windows = make_windows(examples, tokenizer, **settings_)
    start = np.zeros(windows.offsets.shape[:2])
    end = start.copy()
    rows = np.arange(len(windows))
    start[rows, windows.start_positions] = 9
    end[rows, windows.end_positions] = 9
    return decode(start, end, windows, max_answer_tokens=200), windows.lost_answers


def test_the_row(tokenizer):
    examples = load_examples(INPUTS / "nfd_context.jsonl")
    predictions, lost = answered(examples, tokenizer)
    assert evaluate_predictions(examples, predictions).total.exact_match == 1.0
    assert not lost


SPANS = {
    "decomposed accent at the end": ("Bram met Noe\u0301", "Noe\u0301"),
    "two marks": ("the word a\u0323\u0302 is", "a\u0323\u0302"),
    "Vietnamese, decomposed": ("o\u031b\u0309 đa\u0302u tha\u0302\u0301y", "tha\u0302\u0301y"),
    "Thai vowel and tone": ("เขาตีระฆังที่นี่", "ที่นี่"),
    "Thai sara am": ("เขาทำน้ำ", "น้ำ"),
    "Hindi vowel signs": ("वह दिल्ली में", "दिल्ली"),
    "Hindi virama at the end": ("शब्द जगत् है", "जगत्"),
    "Bengali": ("সে ঢাকায় থাকে", "ঢাকায়"),
    "Tamil": ("அவர் சென்னையில் இரு", "சென்னையில்"),
    "Malayalam with a joiner": ("അവന്\u200d വന്നു", "അവന്\u200d"),
    "Arabic with vowels": ("كَتَبَ الوَلَدُ", "الوَلَدُ"),
    "Hebrew with points": ("הוא שָׁלוֹם", "שָׁלוֹם"),
    "Persian with a non-joiner": ("او می\u200cرود خانه\u200cها", "خانه\u200cها"),
    "Korean, decomposed": ("\u1112\u1161\u11ab\u1100\u116e\u11a8 \u1109\u1165\u110b\u116e\u11af", "\u1109\u1165\u110b\u116e\u11af"),  # noqa: E501
    "Japanese, decomposed": ("か\u3099くせい か\u3099", "か\u3099くせい"),
    "Burmese": ("သူမြန်မာပြည်မှ", "မြန်မာပြည်"),
    "Khmer": ("គាត់នៅភ្នំពេញ", "ភ្នំពេញ"),
    "Tibetan": ("བོད་ཀྱི་ལྷ་ས།", "ལྷ་ས"),
    "keycap and flag": ("press 1\ufe0f\u20e3 in 🇩🇪 now", "1\ufe0f\u20e3 in 🇩🇪"),
    "emoji family": ("see 👩\u200d👩\u200d👧 wave", "👩\u200d👩\u200d👧"),
    "skin tone": ("wave 👋🏽 now", "👋🏽"),
    "zero-width space inside": ("the light\u200bhouse keeper", "light\u200bhouse"),
    "direction marks around": ("it is \u2067שלום\u2069 here", "שלום"),
    "soft hyphen inside": ("the light\u00adhouse keeper", "light\u00adhouse"),
    "line ends inside": ("One\r\nTwo\rThree\nFour", "Two\rThree"),
}  # fmt: skip


@pytest.mark.parametrize("name", SPANS)
@pytest.mark.parametrize("kind", ["tokenizer", "byte_tokenizer", "unigram_tokenizer"])
def test_whole_characters(name, kind, request):
    context, text = SPANS[name]
    example = Example("q", "Which?", context, (Answer(text, context.index(text)),))
    (prediction,), lost = answered([example], request.getfixturevalue(kind))
    assert not lost
    assert text in prediction.text
    assert context[prediction.start : prediction.end] == prediction.text


@pytest.mark.parametrize(
    "name", [name for name in SPANS if name.split()[0] not in ("Thai", "Burmese", "Khmer", "Tibetan")]
)
def test_exactly_the_answer_with_the_embedded_tokenizer(name, tokenizer):
    context, text = SPANS[name]
    example = Example("q", "Which?", context, (Answer(text, context.index(text)),))
    (prediction,), lost = answered([example], tokenizer)
    assert (prediction.text, lost) == (text, ())


def built(model, trainer, normalizer, pre_tokenizer) -> PreTrainedTokenizerFast:
    core = Tokenizer(model)
    if normalizer is not None:
        core.normalizer = normalizer
    core.pre_tokenizer = pre_tokenizer
    texts = sorted({example.context for example in load_corpus("validation")})
    core.train_from_iterator([*texts, *(context for context, _ in SPANS.values())] * 2, trainer)
    ends = [(token, core.token_to_id(token)) for token in ("<s>", "</s>")]
    core.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> $B </s>", special_tokens=ends
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=core, cls_token="<s>", sep_token="</s>", pad_token="<pad>", unk_token="<unk>",
        model_input_names=["input_ids", "attention_mask"],
    )  # fmt: skip


SPECIAL = ["<s>", "</s>", "<pad>", "<unk>"]
STRIPPING = normalizers.Sequence([normalizers.NFD(), normalizers.Lowercase(), normalizers.StripAccents()])
TOKENIZERS = {
    f"{model}, {norm}": (model, norm)
    for model in ("WordPiece", "BPE", "byte-level", "Unigram")
    for norm in ("as it is", "NFKC", "accents stripped")
}


@pytest.fixture(scope="module")
def built_tokenizers():
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    spaced = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])  # as in XLM-R
    rooms = {}
    for name, (kind, norm) in TOKENIZERS.items():
        normalizer = {"as it is": None, "NFKC": normalizers.NFKC(), "accents stripped": STRIPPING}[norm]
        if kind == "WordPiece":
            trainer = trainers.WordPieceTrainer(vocab_size=900, special_tokens=SPECIAL)
            parts = models.WordPiece(unk_token="<unk>"), trainer, normalizer, pre_tokenizers.BertPreTokenizer()
        elif kind == "BPE":
            trainer = trainers.BpeTrainer(vocab_size=900, special_tokens=SPECIAL)
            parts = models.BPE(unk_token="<unk>"), trainer, normalizer, pre_tokenizers.Whitespace()
        elif kind == "byte-level":
            trainer = trainers.BpeTrainer(vocab_size=700, special_tokens=SPECIAL, initial_alphabet=alphabet)
            parts = models.BPE(), trainer, normalizer, pre_tokenizers.ByteLevel(add_prefix_space=False)
        else:
            trainer = trainers.UnigramTrainer(vocab_size=700, special_tokens=SPECIAL, unk_token="<unk>")
            parts = models.Unigram(), trainer, normalizer, spaced
        rooms[name] = built(*parts)
    return rooms


# words that a tokenizer keeps apart, because white space is around them
WORDS = st.sampled_from(
    [
        "lamp",
        "Noe\u0301",
        "café",
        "वह",
        "दिल्ली",
        "e\u0323\u0302",
        "👩\u200d👧",
        "🌊",
        "a\u200db",
        "שָׁל",
        "ΑΣ",
        "İz",
        "ﬁn",
        "20",
    ]
)
GAPS = st.sampled_from([" ", "\r\n", "\n", "\r", "  ", "\u00a0", "\t"])


@pytest.mark.parametrize("name", ["embedded", *TOKENIZERS])
def test_prepare_label_decode_gives_the_same_characters(name, tokenizer, built_tokenizers):
    chosen = tokenizer if name == "embedded" else built_tokenizers[name]

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.tuples(WORDS, GAPS), min_size=2, max_size=25), st.booleans(), st.data())
    def check(pieces, mark, data):
        first = data.draw(st.integers(0, len(pieces) - 1))
        last = data.draw(st.integers(first, min(first + 3, len(pieces) - 1)))
        texts = [word + gap for word, gap in pieces]
        lead = "\ufeff\u200b" if mark else ""
        context = lead + "".join(texts)
        start = len(lead) + len("".join(texts[:first]))
        text = "".join(texts[first:last]) + pieces[last][0]
        example = Example("q", "Which one?", context, (Answer(text, start),))
        (prediction,), lost = answered([example], chosen, max_length=64, stride=24)
        if not lost:
            # a tokenizer that keeps the mark before the first word in its token returns it too
            assert prediction.text.lstrip("\ufeff\u200b") == text
            assert context[prediction.start : prediction.end] == prediction.text
        else:
            assert len(chosen(text, add_special_tokens=False)["input_ids"]) > 10

    check()
