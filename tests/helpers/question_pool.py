"""A pool of made-up questions: so many for each objective and difficulty."""

from qa_lesson.quiz.bank.draw import DIFFICULTIES
from qa_lesson.quiz.bank.models import Draw, Quiz
from qa_lesson.quiz.kinds.single import Single


def question(name: str, objective: str, difficulty: str) -> Single:
    options = [{"id": f"o{i}", "text": f"text {i}", "correct": i == 0, "feedback": f"because {i}"} for i in range(3)]
    return Single(
        id=name, kind="single", objective=objective, difficulty=difficulty, prompt="Which?", options=options,
        hints=["Look."], steps=["First.", "Then."], quick_check="So.", mistakes=["Not that."],
        section="05_metrics.ipynb#1.-Heading",
    )  # fmt: skip


def pool(counts: dict[tuple[str, str], int], draw=(3, 4, 3), name="placement") -> Quiz:
    """`counts`: (objective, difficulty) -> how many questions."""
    questions = [
        question(f"pl-{objective}-{difficulty}-{i}", objective, difficulty)
        for (objective, difficulty), n in counts.items()
        for i in range(n)
    ]
    objectives = {objective: f"do {objective}" for objective, _ in counts}
    easy, medium, hard = draw
    return Quiz(
        name=name, title="Where do I stand?", draw=Draw(easy=easy, medium=medium, hard=hard),
        objectives=objectives, questions=questions,
    )  # fmt: skip


FULL = pool({(objective, difficulty): 2 for objective in "abcde" for difficulty in DIFFICULTIES})
