"""Ways into a learning management system: question files for Moodle and Canvas, and grades for both and for LTI."""
