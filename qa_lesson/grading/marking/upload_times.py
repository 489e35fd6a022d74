"""When a file was uploaded, by the clock of the LMS.

The times in an archive are what its packer put there: the upload's in some versions of Moodle, the download's in others
and in Canvas. So they count only if the instructor says so, by naming their time zone, and never if they can't be true.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from qa_lesson.errors import DataError
from qa_lesson.grading.marking.worksheet import Worksheet

if TYPE_CHECKING:
    from qa_lesson.grading.marking.find_files import Source

_UNIX_TIME: Final = 0x5455
_FEWEST: Final = 5
_PACKING: Final = timedelta(minutes=2)


class UploadTimes:
    """Gives the times of upload.

    Args:
        sources: all files, which are checked together.
        zone: of times that don't say theirs; None: the archive's times are not those of the uploads.
        worksheet: of Moodle; its times come first.

    Raises:
        DataError: the uploads of five or more people have practically the same time: it is the download's.
    """

    def __init__(self, sources: Iterable[Source], zone: ZoneInfo | None, worksheet: Worksheet | None = None) -> None:
        self._zone = zone
        self._worksheet = worksheet or Worksheet()
        if zone is not None:
            _check_spread(sources)

    def of(self, source: Source) -> datetime | None:
        """When this file was uploaded, in UTC; None: not known."""
        if source.upload is None or source.upload.lms != "Moodle":
            return None
        known = self._worksheet.times.get(source.upload.number)
        if known is None and self._zone is not None and source.packed is not None:
            known = source.packed if source.packed.tzinfo else source.packed.replace(tzinfo=self._zone)
        return known.astimezone(UTC) if known else None


def packed_at(entry: zipfile.ZipInfo) -> datetime | None:
    """The time that an archive has for a file: in UTC if it has that, otherwise without a zone; None: there is none."""
    extra = entry.extra
    while len(extra) >= 4:
        kind, size = struct.unpack("<HH", extra[:4])
        if kind == _UNIX_TIME and size >= 5 and len(extra) >= 9 and extra[4] & 1:
            return datetime.fromtimestamp(int.from_bytes(extra[5:9], "little", signed=True), UTC)
        extra = extra[4 + size :]
    try:
        at = datetime(*entry.date_time)
    except (TypeError, ValueError):
        return None
    return at if at.year > 1980 else None  # where the format's clock begins


def _check_spread(sources: Iterable[Source]) -> None:
    by_holder = {one.upload.holder: one.packed for one in sources if one.upload is not None and one.packed is not None}
    times = [at.replace(tzinfo=None) for at in by_holder.values()]
    if len(times) >= _FEWEST and max(times) - min(times) <= _PACKING:
        raise DataError(
            "the times in the archive are not those of the uploads: it was packed then",
            received=f"the files of {len(times)} people, all from {min(times)} to {max(times)}",
            fix="leave --upload-zone out, or give Moodle's grading worksheet with --worksheet, which has the times",
        )
