"""Commands for instructors and for progress: quizzes, bundles, grading, exports."""
