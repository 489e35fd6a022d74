import subprocess
import sys

import pytest

from qa_lesson.errors import StorageError
from qa_lesson.storage import folder_atomically, write_atomically


def test_a_folder_appears_whole_or_not_at_all(tmp_path):
    target = tmp_path / "out"
    with folder_atomically(target) as fresh:
        (fresh / "a").write_text("1")
        assert not target.exists()
    with pytest.raises(TypeError), folder_atomically(target) as fresh:
        (fresh / "a").write_text(2)
    assert (target / "a").read_text() == "1"
    with folder_atomically(target) as fresh:
        (fresh / "b").write_text("3")
    assert [path.name for path in target.iterdir()] == ["b"]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_failing_write_inside_the_folder_is_one_message(tmp_path):
    with pytest.raises(StorageError, match="No space"), folder_atomically(tmp_path / "out"):
        raise OSError(28, "No space left on device")
    assert list(tmp_path.iterdir()) == []


def test_missing_folder_and_read_only_target(tmp_path):
    with pytest.raises(StorageError, match="No such file"):
        write_atomically(tmp_path / "absent" / "a.json", "x")
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError), folder_atomically(tmp_path / "file" / "out"):
        pass


def test_a_file_that_outgrows_the_disk_leaves_the_old_one(tmp_path):
    """The operating system itself stops the write, as a full disk would."""
    path = tmp_path / "a.txt"
    write_atomically(path, "old")
    code = (
        "import resource, sys\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "from qa_lesson.errors import StorageError\n"
        "from qa_lesson.storage import write_atomically\n"
        "try:\n    write_atomically(sys.argv[1], 'x' * 10**6)\n"
        "except StorageError as error:\n    print(error)\n"
    )
    result = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    assert "File too large" in result.stdout
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
