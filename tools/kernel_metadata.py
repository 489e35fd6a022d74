"""The kernel that every notebook of the course names, without versions, so another Python makes no difference."""

KERNEL = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
"""Metadata of a notebook that a tool or a test makes."""

EXECUTED = KERNEL | {"language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"}}
"""Metadata of a notebook that was run and is committed."""
