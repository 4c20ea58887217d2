"""Stage: show. The OpenAPI description as a page for people, set on the server: the usual viewers load scripts from elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from rejoinder.web.templating import page

SHOWN = 3000  # characters of an example's answer


@dataclass(frozen=True, slots=True)
class Parameter:
    """What may be asked: where it stands (path, query, body), and its form in words."""

    name: str
    place: str
    needed: bool
    form: str
    about: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation; body, answer: of the example, as they are sent; refusals: code and meaning."""

    id: str
    method: str
    path: str
    summary: str
    about: str
    closed: bool
    parameters: tuple[Parameter, ...]
    curl: str
    answer: str
    refusals: tuple[tuple[str, str], ...]


def show(request: Request) -> Response:
    """What can be asked for as JSON, and how."""
    return page(request, "api.html", operations=list(operations(request.app.openapi())), about=request.app.description)


def operations(description: dict[str, Any]) -> Iterator[Operation]:
    """The operations of an OpenAPI description, in its order."""
    for path, methods in description["paths"].items():
        for method, one in methods.items():
            yield Operation(
                one["operationId"],
                method.upper(),
                path,
                one["summary"],
                one.get("description", ""),
                "security" in one,
                tuple(_parameters(one, description)),
                next((sample["source"] for sample in one.get("x-codeSamples", ())), ""),
                _answer(one),
                tuple((code, said["description"]) for code, said in sorted(one["responses"].items()) if not code.startswith("2")),
            )


def _parameters(one: dict[str, Any], description: dict[str, Any]) -> Iterator[Parameter]:
    for given in one.get("parameters", ()):
        yield Parameter(given["name"], given["in"], given.get("required", False), _form(given["schema"]), given.get("description", ""))
    for body in one.get("requestBody", {}).get("content", {}).values():
        for form in _forms(body["schema"], description):
            for name, schema in form["properties"].items():
                kind = f"of {form['properties']['kind'].get('const', 'a statement')}" if "kind" in form["properties"] else ""
                yield Parameter(name, f"body {kind}".strip(), name in form.get("required", ()), _form(schema), schema.get("description", ""))


def _forms(schema: dict[str, Any], description: dict[str, Any]) -> list[dict[str, Any]]:
    """The objects that a body may be."""
    references = [one["$ref"] for one in schema.get("oneOf", [schema])]
    return [description["components"]["schemas"][reference.rsplit("/", 1)[1]] for reference in references]


def _form(schema: dict[str, Any]) -> str:
    """A form in words: "one of json, csv", "integer, 1 to 500"."""
    choices = [one for one in schema.get("anyOf", [schema]) if one.get("type") != "null"]
    said = " or ".join(filter(None, map(_one, choices)))
    default = schema.get("default")
    return said + (f"; {json.dumps(default)} where none is given" if default not in (None, "") else "")


def _one(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return "one of " + ", ".join(str(value) for value in schema["enum"] if value != "")
    if "const" in schema:
        return str(schema["const"]) and f'"{schema["const"]}"'
    least, most = schema.get("minimum"), schema.get("maximum")
    between = (
        f", {least} to {most}" if least is not None and most is not None else f", at most {schema['maxLength']} characters" if "maxLength" in schema else ""
    )
    return schema.get("type", "") + between


def _answer(one: dict[str, Any]) -> str:
    """The example's answer, cut where it is long."""
    for code, said in one["responses"].items():
        for content in said.get("content", {}).values() if code.startswith("2") else ():
            if "example" in content:
                found = content["example"]
                text = found if isinstance(found, str) else json.dumps(found, ensure_ascii=False, indent=2)
                return text if len(text) <= SHOWN else text[:SHOWN].rsplit("\n", 1)[0] + "\n  …"
    return ""
