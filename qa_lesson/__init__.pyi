from .answering import QuestionAnswerer as QuestionAnswerer
from .corpus import load_corpus as load_corpus
from .decoding import decode as decode
from .errors import QALessonError as QALessonError
from .evaluation import Evaluation as Evaluation
from .evaluation import evaluate_predictions as evaluate_predictions
from .evaluation import read_predictions as read_predictions
from .loading import load_examples as load_examples
from .loading import split_by_document as split_by_document
from .loading import write_squad as write_squad
from .metrics import exact_match as exact_match
from .metrics import normalize_answer as normalize_answer
from .metrics import score_answer as score_answer
from .metrics import token_overlap as token_overlap
from .runs import TrainingConfig as TrainingConfig
from .runs import load_run as load_run
from .schema import Answer as Answer
from .schema import Example as Example
from .schema import Prediction as Prediction
from .schema import Score as Score
from .schema import Span as Span
from .training import finetune as finetune
from .windows import make_windows as make_windows

__version__: str
