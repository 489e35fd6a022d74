"""The page on which a person marks the answers that wait for one: `qa-lesson review`.

`review_session` is what the page works on, `marker_agreement` says how far two markers agree, and `review_server`
serves the page to this machine's browser. Only the server needs the libraries of the extra ``serving``.
"""
