"""Entries and schemas of Kie's catalogue, by model; the frame of a document is put around its input."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

Json = dict[str, object]
JOBS = "/api/v1/jobs/createTask"
ANSWER: Json = {
    "type": "object",
    "properties": {
        "code": {"type": "integer", "enum": [200, 401, 402, 404, 422, 429, 433, 455, 500, 501, 505]},
        "msg": {"type": "string"},
        "data": {"type": "object", "properties": {"taskId": {"type": "string"}}},
    },
}


@cache
def facts() -> Mapping[str, Json]:
    """Every model of the file by its id, in the order of Kie's list."""
    lines = (Path(__file__).parent / "models.jsonl").read_text("utf-8").splitlines()
    found = [json.loads(line) for line in lines]
    return MappingProxyType({fact["listed"]["model"]: fact for fact in found})


def document(fact: Mapping[str, object]) -> Json | None:
    """The OpenAPI document of one model; None for a model that is listed without one."""
    if "body" not in fact:
        return None
    content = {"application/json": {"schema": fact["body"]}}
    answer = {
        "application/json": {"schema": {"$ref": "#/components/schemas/response%20not%20with%20recordId"}}
    }
    post: Json = {
        "summary": fact["summary"],
        "deprecated": False,
        "description": "",
        "parameters": [],
        "requestBody": {"content": content, "required": True},
        "responses": {"200": {"description": "Accepted", "content": answer}},
        "security": [{"BearerAuth": []}],
    }
    schemas = fact.get("schemas")
    return {
        "openapi": "3.1.0",
        "info": {"title": "kie.ai", "description": "", "version": "1.0.0"},
        "servers": [{"url": "https://api.kie.ai"}],
        "paths": {fact.get("path", JOBS): {"post": post}},
        "components": {
            "schemas": {
                "response not with recordId": ANSWER,
                **(schemas if isinstance(schemas, dict) else {}),
            },
            "securitySchemes": {"BearerAuth": {"type": "http", "scheme": "bearer"}},
        },
    }
