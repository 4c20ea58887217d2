"""Stage: show. The pages about somebody."""

from fastapi import APIRouter

router = APIRouter(include_in_schema=False)
