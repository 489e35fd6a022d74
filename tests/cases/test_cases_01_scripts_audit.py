"""Row 1: leaks in scripts without spaces are found like the same leaks in English."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from qa_lesson.cli._app import app
from qa_lesson.leakage import audit, words
from qa_lesson.leakage.passages import match_passages
from qa_lesson.loading import load_examples
from qa_lesson.schema import Answer, Example

INPUTS = Path(__file__).parent / "inputs"

CHINESE = "灯塔看守人每天晚上六点点灯，早上五点熄灯。暴风雨的夜里他敲三次钟通知船只。岛上住着四十二个人。"
JAPANESE = "灯台守は毎晩六時に明かりをともし、朝五時に消す。嵐の夜には鐘を三回鳴らして船に知らせる。島に四十人が住む。"
THAI = "ผู้ดูแลประภาคารจุดไฟทุกคืนเวลาหกโมงเย็นและดับไฟตอนตีห้า คืนที่มีพายุเขาตีระฆังสามครั้งเพื่อเตือนเรือ"
KHMER = "អ្នកថែប៉មភ្លើងដុតចង្កៀងរាល់យប់នៅម៉ោងប្រាំមួយ ហើយពន្លត់វានៅម៉ោងប្រាំព្រឹក។ នៅយប់ដែលមានព្យុះគាត់វាយជួងបីដង។"
BURMESE = "မီးပြတိုက်စောင့်သည် ညတိုင်းခြောက်နာရီတွင်မီးထွန်းပြီး နံနက်ငါးနာရီတွင်မီးငြိမ်းသည်။ မုန်တိုင်းညများတွင်ခေါင်းလောင်းသုံးကြိမ်ထိုးသည်။"
LAO = "ຜູ້ດູແລປະພາຄານຈູດໄຟທຸກຄືນເວລາຫົກໂມງແລງແລະມອດໄຟຕອນຫ້າໂມງເຊົ້າ ໃນຄືນທີ່ມີພາຍຸລາວຕີລະຄັງສາມເທື່ອ"
MIXED = "NASA在1969年7月把Apollo 11号送上月球，Neil Armstrong是第一个踏上月球的人，全世界有六亿人观看了直播。"
UNRELATED = {
    CHINESE: "春天来了以后，孩子们在码头上钓鱼，老人们修理渔网，妇女们把鱼干晒在屋顶上面。",
    JAPANESE: "春になると子供たちは桟橋で釣りをし、老人たちは網を直し、女たちは屋根の上で魚を干す。",
    THAI: "เมื่อฤดูใบไม้ผลิมาถึง เด็กๆ ตกปลาที่ท่าเรือ คนแก่ซ่อมแหอวน และผู้หญิงตากปลาบนหลังคาบ้าน",
}


def test_the_command_finds_the_leaks():
    arguments = ["audit", str(INPUTS / "audit_cjk_train.jsonl"), str(INPUTS / "audit_cjk_test.jsonl"), "--json"]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 1
    report = json.loads(result.stdout)
    pairs = {(row["level"], row["train_id"], row["test_id"]) for row in report["findings"]}
    for train in ("zh-train", "zh-part"):
        assert ("near-duplicate passage", train, "zh-test") in pairs
    assert ("near-duplicate passage", "th-train", "th-test") in pairs
    assert not any(train.startswith("zh") and test.startswith("th") for _, train, test in pairs)
    assert report["n_without_paraphrases"] == 2


def test_as_in_english():
    report = audit(
        load_examples(INPUTS / "audit_en_train.jsonl"), load_examples(INPUTS / "audit_en_test.jsonl"), embeddings=False
    )
    assert "near-duplicate passage" in {leak.level for leak in report.findings}


@pytest.mark.parametrize("text", [CHINESE, JAPANESE, THAI, KHMER, BURMESE, LAO, MIXED])
def test_a_passage_with_one_change_is_a_near_copy(text):
    changed = text[: len(text) // 2] + "3" + text[len(text) // 2 :]
    (match,) = match_passages([text], [changed])
    assert match.level == "near-duplicate passage"
    assert " " not in match.evidence.replace("NASA", "") or text in (MIXED, THAI, KHMER, BURMESE, LAO)


@pytest.mark.parametrize("text", [CHINESE, JAPANESE, THAI])
def test_a_part_of_a_passage_is_found_between_other_sentences(text):
    other = UNRELATED[text]
    sentence = text[: len(text) // 2]
    (match,) = match_passages([other * 3 + sentence], [sentence + other[::-1]])
    assert match.level == "contained passage"


@pytest.mark.parametrize("text", [CHINESE, JAPANESE, THAI])
def test_another_passage_in_the_same_script_is_no_finding(text):
    assert match_passages([text], [UNRELATED[text]]) == []


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("灯塔，六点。", "灯塔 六点"),
        ("ＮＡＳＡ在１９９０年", "NASA在1990年"),
        ("ﾗｰﾒﾝを食べる", "ラーメンを食べる"),
        ("が\u3001ぎ", "か\u3099き\u3099"),
        ("灯\u200b塔", "灯塔"),
        ("\u2067می\u200cروم\u2069", "می\u200cروم"),
        ("light\u00adhouse", "lighthouse"),
    ],
)
def test_writings_of_one_text_have_equal_words(left, right):
    assert words(left) == words(right)


def ask(name, question, answer="三次", context=CHINESE, document=""):
    answers = (Answer(answer, context.index(answer)),)
    return Example(name, question, context, answers, document)


@pytest.mark.parametrize(
    ("left", "right", "answer", "context"),
    [
        ("岛上一共住着多少个人？", "岛上住着多少人？", "四十二个人", CHINESE),
        ("嵐の夜には鐘を何回鳴らしますか", "嵐の夜に鐘を何回鳴らすか", "三回", JAPANESE),
        ("ตีระฆังทั้งหมดกี่ครั้ง", "ตีระฆังกี่ครั้ง", "สามครั้ง", THAI),
    ],
)
def test_a_question_with_a_word_more_is_a_near_copy(left, right, answer, context):
    report = audit([ask("a", left, answer, context)], [ask("b", right, answer, context)], embeddings=False)
    assert "near-duplicate question" in {leak.level for leak in report.findings}


def test_a_question_about_another_thing_is_no_copy():
    other = "钟楼建在山上，每天中午敲三次。" + UNRELATED[CHINESE]
    report = audit([ask("a", "钟楼每天敲几次钟？", "三次", other)], [ask("b", "暴风雨的夜里他敲几次钟？")])
    assert not {leak.level for leak in report.findings} & {"near-duplicate question", "paraphrased question"}
