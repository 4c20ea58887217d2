"""Stage: show. The pages about claims and their answers, and about two who speak of each other."""

from fastapi import APIRouter

router = APIRouter(include_in_schema=False)
