"""Stage: show. The record as a page in the browser, and the same answers as JSON under /api (FastAPI, Jinja2; the extra `web`)."""
