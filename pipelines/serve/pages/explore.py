"""The page that answers questions in SQL, with what every column means."""

from __future__ import annotations

from itertools import groupby

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pipelines.serve.computed.jobs import dictionary, query, query_csv
from pipelines.serve.pages.served import Served, served, shown


async def explore(request: Request) -> Response:
    """Show the tables, and what was asked of them."""
    of, sql = served(request), _sql(request)
    answer, problem = None, ""
    if sql:
        try:
            drawn = (request.query_params.get(name, "") for name in ("along", "up"))
            answer = await of.asking.run(query, of.root, sql, *drawn)
        except ValueError as error:
            problem = str(error)
    status = 400 if problem else 200
    tables = await _tables(of)
    told = {"sql": sql, "answer": answer, "problem": problem, "tables": tables}
    return shown(request, "explore.html.j2", status, **told)


async def as_csv(request: Request) -> Response:
    """Hand out what was asked."""
    of = served(request)
    data = await of.asking.run(query_csv, of.root, _sql(request))
    named = {"Content-Disposition": 'attachment; filename="answer.csv"'}
    return Response(data, media_type="text/csv; charset=utf-8", headers=named)


def _sql(request: Request) -> str:
    """Return what is asked; pages of other sites may ask nothing, for a question takes time."""
    sql = request.query_params.get("sql", "").strip()
    if sql and request.headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        raise HTTPException(403, "asked by a page that is not this server's")
    return sql


async def _tables(of: Served) -> list[tuple[str, list[object]]]:
    key = ("dictionary",)
    if key not in of.kept:
        columns = await of.worker.run(dictionary)
        grouped = groupby(columns, lambda column: column.table)
        of.kept[key] = "", [(table, list(some)) for table, some in grouped]
    tables: list[tuple[str, list[object]]] = of.kept[key][1]
    return tables


routes = (
    Route("/explore", explore, methods=["GET"]),
    Route("/explore/answer.csv", as_csv, methods=["GET"]),
)
