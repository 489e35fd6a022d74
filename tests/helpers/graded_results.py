"""Results of a small graded quiz: four learners, a missing one among them, and one with a formula for a name."""

from dataclasses import replace

from qa_lesson.grading.formats.results import GradedQuestion, Learner, LearnerResult, QuestionResult, Results
from qa_lesson.grading.formats.rules import Rules

ASKED = tuple(GradedQuestion(n, f"q{n}", "single", points) for n, points in enumerate((1.0, 2.0, 0.5), 1))


def answers(*earned):
    return tuple(
        QuestionResult(one.id, "unanswered")
        if credit is None
        else QuestionResult(one.id, "marked", "a", credit, credit * one.points, credit == 1)
        for one, credit in zip(ASKED, earned, strict=True)
    )


def graded(learner, *earned, **fields):
    told = answers(*earned)
    points = sum(answer.points or 0 for answer in told)
    given = {"points": points, "submitted_at": "2026-03-01T10:00:00Z", "questions": told} | fields
    return LearnerResult(learner, "graded", 3.5, **given)


ADA = Learner("s1", "Ada", "ada@x.org", "A", {"id": "s1", "lti": "sub-1"})
EVE = Learner("eve@x.org", "=cmd()", "eve@x.org", "", {"email": "eve@x.org", "lti": "sub-2"})
MIA = Learner("s3", "Mia", "mia@x.org", "A", {"id": "s3", "lti": "sub-3"})
ZOE = Learner("s4", "Zoe", "zoe@x.org", "A", {"id": "s4", "lti": "sub-4"})
RESULTS = Results(
    title="Metrics, graded",
    bundle="0" * 32,
    deadline=None,
    rules=Rules(),
    questions=ASKED,
    learners=(
        graded(ADA, 1, 0.35, None, penalty=0.0),
        graded(EVE, 0, 0, 0),
        LearnerResult(MIA, "missing", 3.5),
        graded(ZOE, 1, 1, None, submitted_at="2026-03-01T12:30:00+01:00") ,
    ),
    not_counted=(),
)  # fmt: skip
UNDER_REVIEW = replace(RESULTS, learners=(replace(RESULTS.learners[0], status="needs review"), *RESULTS.learners[1:]))
