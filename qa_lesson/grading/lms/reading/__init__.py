"""Questions of other systems: Moodle XML, GIFT and QTI packages become a graded quiz.

The libraries it needs come with the extra ``qa-lesson[lms]``. Files are strangers' files: nothing of them is run,
fetched or unpacked to the disk.
"""
