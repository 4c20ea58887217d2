"""Stage: show. The same answers as JSON under /api."""

from fastapi import APIRouter

router = APIRouter(prefix="/api")
