"""A file never counts for anyone but the person who uploaded it: what the LMS says against what a file says."""

import zipfile
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from handed_in import DEADLINE, START, hand_in, make_key, submission

from qa_lesson.errors import ConfigError, DataError
from qa_lesson.grading.formats.rules import Rules
from qa_lesson.grading.marking.grade import grade
from qa_lesson.grading.marking.roster import read_roster
from qa_lesson.grading.marking.uploads import upload_of
from qa_lesson.grading.marking.worksheet import parse_zone, read_worksheet

WRONG = {"q-one": "a"}
MOODLE = "Full name,ID number,Email address\nAnn Lee,s1,ann@uni.edu\nMal Doe,s2,mal@uni.edu\nTom Lee,s3,tom@uni.edu\n"
CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Quiz (7)\n"
    '"Lee, Ann",301,s1,ann@uni.edu,A,\n"Doe, Mal",302,s2,mal@uni.edu,A,\n"Lee, Tom",303,s3,tom@uni.edu,A,\n'
)
WORKSHEET = (
    'Identifier,"Full name","Email address",Status,Grade,"Last modified (submission)"\n'
    'Participant 71,"Ann Lee",ann@uni.edu,x,,"Monday, 2 March 2026, 6:15 PM"\n'
    'Participant 72,"Mal Doe",mal@uni.edu,x,,"Montag, 2. März 2026, 17:59"\n'
    'Participant 73,"Tom Lee",tom@uni.edu,x,,-\n'
)


def moodle(name, number):
    return f"{name}_{number}_assignsubmission_file_"


@pytest.fixture
def course(tmp_path):
    """Grades what is in ``in``, with the roster of Moodle unless another one is given."""

    def run(roster=MOODLE, worksheet=None, zone=None, key=None, **rules):
        (tmp_path / "roster.csv").write_text(roster, encoding="utf-8")
        people = read_roster(tmp_path / "roster.csv")
        sheet = None
        if worksheet is not None:
            (tmp_path / "worksheet.csv").write_text(worksheet, encoding="utf-8")
            sheet = read_worksheet(tmp_path / "worksheet.csv", people, zone)
        return grade(
            [tmp_path / "in"], key or make_key(), people, rules=Rules(**rules), worksheet=sheet, zone=zone
        ).results

    def put(folder, learner, answers=None, **options):
        hand_in(tmp_path / "in" / folder, learner, answers, **options)

    run.put, run.folder = put, tmp_path / "in"
    return run


def points(results):
    return [one.points for one in results.learners]


def held(results):
    return [(one.file.split("/")[1].split("_")[0], one.uploader) for one in results.held_back]


def test_a_file_from_anothers_upload_changes_nobodys_grade(course):
    course.put(moodle("Ann Lee", 71), "ann@uni.edu")
    course.put(moodle("Mal Doe", 72), "ann@uni.edu", WRONG, start=START + timedelta(hours=1))
    results = course(attempts="last")
    assert points(results) == [11, None, None]
    (one,) = results.held_back
    assert one.reason == "Mal Doe (s2) uploaded it, but it says it is from Ann Lee (s1)"
    assert (one.uploader, one.learner, one.rejected) == ("s2", "ann@uni.edu", True)
    assert results.bound == {"name": 1}


def test_forged_earlier_files_use_up_nobodys_attempts(course):
    course.put(moodle("Ann Lee", 71), "ann@uni.edu")
    for number in range(3):
        early = START - timedelta(days=number + 1)
        course.put(moodle("Mal Doe", 72), "ann@uni.edu", WRONG, start=early, name=f"{number}.jsonl")
    results = course(key=make_key(attempts=2))
    assert points(results) == [11, None, None]
    assert len(results.held_back) == 3


def test_a_friends_file_counts_for_neither_and_a_copy_is_named(course):
    course.put(moodle("Ann Lee", 71), "ann@uni.edu")
    course.put(moodle("Mal Doe", 72), "ann@uni.edu", name="mine.jsonl")
    (one,) = course().held_back
    assert one.reason.endswith("it is a copy of in/Ann Lee_71_assignsubmission_file_/ann-at-uni.edu.jsonl")
    (course.folder / moodle("Ann Lee", 71) / "ann-at-uni.edu.jsonl").unlink()
    alone = course()
    assert points(alone) == [None, None, None]
    assert held(alone) == [("Mal Doe", "s2")]


def test_the_names_that_a_learner_chooses_do_not_count(course):
    fake = moodle("Ann Lee", 71)
    course.put(f"{moodle('Mal Doe', 72)}/{fake}", "ann@uni.edu", WRONG, name=f"{fake}x.jsonl")
    course.put(".", "ann@uni.edu", WRONG, name=f"{moodle('Mal Doe', 72)}{fake}y.jsonl")
    course.put(".", "ann@uni.edu", WRONG, name="doemal_302_9001_leeann_301_9002_z.jsonl")
    results = course()
    assert points(results) == [None, None, None]
    assert [one.uploader for one in results.held_back] == ["s2", "s2", "s2"]


def test_canvas_ids_decide_whatever_the_names_are(course):
    course.put(".", "ann@uni.edu", name="leeann_301_9001_a.jsonl")
    course.put(".", "ann@uni.edu", WRONG, name="leeann_LATE_302_9002_a.jsonl", start=DEADLINE)
    course.put(".", "tom@uni.edu", name="leetom_999_9003_a.jsonl")
    results = course(CANVAS)
    assert points(results) == [11, None, None]
    assert results.bound == {"id": 1}
    assert [one.reason.split(",")[0] for one in results.held_back] == [
        "Doe",
        "leetom (Canvas user 999) uploaded it",
    ]


def test_canvas_names_are_found_on_any_roster(course):
    course.put(".", "ann@uni.edu", name="leeann_301_9001_a.jsonl")
    course.put(".", "tom@uni.edu", WRONG, name="doemal_302_9002_a.jsonl")
    results = course()
    assert points(results) == [11, None, None]
    assert held(results) == [("doemal", "s2")]


def test_two_uploads_under_one_name_are_both_held_back(course):
    course.put(moodle("Ann Lee", 71), "ann@uni.edu")
    course.put(moodle("Ann Lee", 99), "ann@uni.edu", WRONG)  # Mal changed the name in his profile
    results = course()
    assert points(results) == [None, None, None]
    assert len(results.held_back) == 2
    decided = course(worksheet=WORKSHEET)
    assert points(decided) == [11, None, None]
    assert len(decided.held_back) == 1


def test_people_with_the_same_name_are_told_apart_by_what_they_say_as_long_as_they_agree(course):
    roster = "name,email\nAnn Lee,ann@uni.edu\nAnn Lee,ann.lee@uni.edu\nMal Doe,mal@uni.edu\n"
    course.put(moodle("Ann Lee", 71), "ann@uni.edu")
    course.put(moodle("Ann Lee", 74), "ann.lee@uni.edu", WRONG)
    results = course(roster)
    assert points(results) == [11, 0, None]
    assert results.bound == {"file": 2}
    course.put(moodle("Ann Lee", 74), "ann@uni.edu", WRONG, name="again.jsonl")
    assert points(course(roster)) == [None, None, None]


@pytest.mark.parametrize("name", ["Ann Leе", "Αnn Lee", "Ann\u200b Lee", "Ann Lee", "ANN LEE"])
def test_a_lookalike_name_never_takes_a_grade_away(course, name):
    course.put(moodle("Ann Lee", 71), "ann@uni.edu")
    course.put(moodle(name, 98), "ann@uni.edu", WRONG, start=DEADLINE)
    results = course()
    assert results.learners[0].points in (11, None)  # None: both are held back, and named
    assert len(results.held_back) == (1 if results.learners[0].points else 2)


def test_a_lookalike_address_is_its_writers_affair(course):
    course.put(moodle("Ann Lee", 71), "ann@uni.edu")
    course.put(moodle("Mal Doe", 72), "аnn@uni.edu", WRONG)  # with a Cyrillic а
    results = course()
    assert points(results) == [11, None, None]
    assert "who is not on the roster" in results.held_back[0].reason


def test_names_are_compared_as_moodle_writes_them(course):
    roster = "first name,last name,email\nAnne-Marie,O'Brien,ann@uni.edu\nZoë,Çelik,zoe@uni.edu\n"
    course.put(moodle("AnneMarie OBrien", 71), "ann@uni.edu")
    course.put(moodle("Çelik Zoe\u0308", 72), "zoe@uni.edu")  # decomposed, and the other way around
    results = course(roster)
    assert points(results) == [11, 11]
    assert results.bound == {"name": 2}


def test_a_holder_who_is_not_on_the_roster_by_name_is_believed_only_alone_and_with_a_word_in_common(course):
    course.put(moodle("Anna M. Lee", 71), "ann@uni.edu")
    course.put(moodle("Xi Wu", 90), "mal@uni.edu")
    results = course()
    assert points(results) == [11, None, None]
    assert held(results) == [("Xi Wu", "")]
    course.put(moodle("Lee Nobody", 91), "ann@uni.edu", WRONG)
    assert points(course()) == [None, None, None]


def test_a_blind_assignment_is_bound_by_what_files_say_or_by_the_worksheet(course):
    course.put(moodle("Participant 71", 71), "ann@uni.edu")
    course.put(moodle("Participant 72", 72), "tom@uni.edu", WRONG)
    assert points(course()) == [11, None, 0]
    results = course(worksheet=WORKSHEET)
    assert points(results) == [11, None, None]
    assert results.held_back[0].uploader == "s2"


def test_the_worksheet_may_be_the_roster(course):
    course.put(moodle("Someone", 71), "ann@uni.edu")
    results = course(WORKSHEET)
    assert points(results) == [11, None, None]
    assert results.bound == {"id": 1}


def test_a_renamed_folder_has_no_uploader_and_loses_against_one_that_has(course):
    course.put("Ann Lee", "ann@uni.edu", WRONG)
    assert points(course()) == [0, None, None]
    assert course().bound == {"file": 1}
    course.put(moodle("Ann Lee", 71), "ann@uni.edu")
    results = course()
    assert points(results) == [11, None, None]
    assert "came without the name of an uploader" in results.held_back[0].reason


def test_a_groups_upload_is_found_behind_the_groups_name(course):
    course.put(moodle("Team A-1-Ann Lee", 71), "ann@uni.edu")
    course.put(moodle("Team A-1-Tom Lee", 73), "ann@uni.edu")  # Moodle has the same file under each member
    results = course()
    assert points(results) == [11, None, None]
    assert held(results) == [("Team A-1-Tom Lee", "s3")]


def test_a_stranger_is_rejected_and_nobody_is_in_doubt(course):
    course.put(moodle("Eve Roe", 99), "eve@uni.edu")
    results = course()
    assert not results.held_back
    assert "Eve Roe (Moodle participant 99) uploaded it" in results.not_counted[0].reason


def test_who_uploaded_a_damaged_file_is_known(course):
    course.put(moodle("Mal Doe", 72), "ann@uni.edu")
    (course.folder / moodle("Mal Doe", 72) / "ann-at-uni.edu.jsonl").write_text("x", encoding="utf-8")
    assert course().not_counted[0].uploader == "s2"


# ------------------------------------------------------------------ when


def archive(folder, *files):
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(folder / "quiz.zip", "w") as packed:
        for name, at, text in files:
            packed.writestr(zipfile.ZipInfo(name, at.timetuple()[:6]), text)


def test_the_time_of_upload_decides_and_not_the_learners_clock(course):
    late = datetime(2026, 3, 2, 19, 30)  # in Berlin, half an hour after the deadline
    archive(
        course.folder,
        (f"{moodle('Ann Lee', 71)}/a.jsonl", late, submission("ann@uni.edu")),  # her clock says it is in time
        (f"{moodle('Tom Lee', 73)}/a.jsonl", late - timedelta(hours=1), submission("tom@uni.edu", start=DEADLINE)),
    )
    key = make_key(deadline=DEADLINE)
    ann, _, tom = course(key=key).learners
    assert (ann.late_days, tom.late_days) == (0, 1)
    ann, _, tom = course(key=key, zone=ZoneInfo("Europe/Berlin")).learners
    assert (ann.late_days, tom.late_days) == (1, 0)
    assert ann.submitted_at == "2026-03-02T18:30:00Z"
    rejected = course(key=key, zone=ZoneInfo("Europe/Berlin"), late="reject")
    assert [one.status for one in rejected.learners] == ["missing", "missing", "graded"]


def test_a_unix_time_in_the_archive_needs_no_zone(course):
    at = datetime(2026, 3, 2, 18, 30, tzinfo=UTC)
    info = zipfile.ZipInfo(f"{moodle('Ann Lee', 71)}/a.jsonl", (2026, 3, 2, 5, 0, 0))
    info.extra = b"UT\x05\x00\x01" + int(at.timestamp()).to_bytes(4, "little")
    course.folder.mkdir()
    with zipfile.ZipFile(course.folder / "quiz.zip", "w") as packed:
        packed.writestr(info, submission("ann@uni.edu"))
    assert course(zone=ZoneInfo("Asia/Tokyo")).learners[0].submitted_at == "2026-03-02T18:30:00Z"


def test_times_of_packing_are_refused(course):
    at = datetime(2026, 3, 3, 8, 0)
    names = [
        (f"{moodle(f'Name {n}', n)}/a.jsonl", at + timedelta(seconds=n), submission("ann@uni.edu")) for n in range(5)
    ]
    archive(course.folder, *names)
    with pytest.raises(DataError, match="not those of the uploads") as caught:
        course(zone=ZoneInfo("UTC"))
    assert "--worksheet" in caught.value.fix


def test_canvas_marks_what_is_late(course):
    course.put(".", "ann@uni.edu", name="leeann_LATE_301_9001_a.jsonl")
    course.put(".", "tom@uni.edu", name="leetom_303_9003_a.jsonl")
    results = course(CANVAS, key=make_key(deadline=DEADLINE), late="reject")
    assert [one.status for one in results.learners] == ["missing", "missing", "graded"]


def test_the_worksheet_has_times_in_several_languages(course):
    course.put(moodle("Ann Lee", 71), "ann@uni.edu")
    course.put(moodle("Mal Doe", 72), "mal@uni.edu", start=DEADLINE)
    key = make_key(deadline=DEADLINE)
    ann, mal, _ = course(worksheet=WORKSHEET, zone=ZoneInfo("UTC"), key=key).learners
    assert (ann.submitted_at, ann.late_days) == ("2026-03-02T18:15:00Z", 1)
    assert (mal.submitted_at, mal.late_days) == ("2026-03-02T17:59:00Z", 0)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("name,email\nAnn Lee,ann@uni.edu\n", "no column with participant numbers"),
        ("Identifier,Email address\nParticipant 5,eve@x.org\n", "no one in the worksheet is on the roster"),
    ],
)
def test_a_worksheet_that_says_nothing_is_told(course, text, what):
    course.put(".", "ann@uni.edu")
    with pytest.raises(DataError, match=what) as caught:
        course(worksheet=text)
    assert caught.value.fix


def test_a_zone_that_does_not_exist_is_told():
    with pytest.raises(ConfigError, match="no such time zone"):
        parse_zone("Mars/Olympus")


def test_school_ids_on_a_roster_are_no_participants(course):
    course.put(moodle("Ann Lee", 71), "s71")
    results = course("id,name\ns71,Ann Lee\ns72,Mal Doe\n")
    assert results.bound == {"name": 1}


@pytest.mark.parametrize(
    "file", ["a/b.jsonl", "submission-ann-1.jsonl", "x_1_2", "_1_assignsubmission_file_", "a_b_1_2_c"]
)
def test_ordinary_names_name_no_uploader(file):
    assert upload_of(file) is None
