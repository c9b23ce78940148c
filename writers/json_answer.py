"""Executes one request: each root field as columns, or row by row if that fails, and writes one JSON answer."""

from __future__ import annotations

from asyncio import gather, sleep
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import orjson
from graphql import GraphQLError

from errors import ClientError, QueryTooComplex
from execution.ceilings import CELLS_PER_UNIT, Ceilings
from execution.graphql_core import is_awaitable
from execution.leaves import NotColumnarError
from execution.row_by_row import ExhaustedError
from execution.running import Env
from writers.root_field import RootField

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping, Sequence

    from execution.cost import CostLimit
    from execution.operation import Operation, Plan
    from execution.row_by_row import RowByRowExecutor
    from execution.steps import RootStep
    from writers.json_writer import JsonWriter
    from writers.texts import Texts


@dataclass(slots=True)
class Answer:
    """The answer to a request."""

    data: Texts | None  # pieces of JSON
    errors: Sequence[GraphQLError] = ()
    cost: int | None = None  # estimated; None without a limit

    def as_json(self, members: Mapping[str, Any]) -> bytes:
        """Return the response body: `data`, followed by other members."""
        pieces = [b'{"data":']
        pieces += self.data or (b"null",)
        for name, value in members.items():
            pieces.append(b',"%b":%b' % (name.encode(), orjson.dumps(value)))
        pieces.append(b"}")
        return b"".join(pieces)


async def execute(
    operation: Operation,
    context: Any,  # noqa: ANN401 - any context
    given: Mapping[str, Any],
    writer: JsonWriter,
    *,
    limit: CostLimit | None = None,
    is_executed: bool = True,
) -> Answer:
    """Execute an operation.

    An execution that has to wait suspends first (`sleep(0)`), so that the caller can continue it in a task; see
    `web/eager_start.py`. Most executions never suspend.

    Args:
        operation: The operation.
        context: The request's context: passed to resolvers; its `warnings` are read here.
        given: The variables as received.
        writer: Writes the columns; caches texts and templates of one snapshot of the data.
        limit: Limit of the cost; None for no limit.
        is_executed: Whether to execute the operation; otherwise the answer has only its cost.

    Raises:
        QueryTooComplex: The operation costs more than the limit.
    """
    variables = operation.coerce(given)
    if isinstance(variables, list):
        return Answer(None, variables)
    plan = operation.plan(variables)
    if plan is None:
        return await _refused_by_directive(operation, context, given)
    cost = None if limit is None else limit.check(plan.costs, variables)
    if not is_executed:
        return Answer(None, cost=cost)
    answer = await _Execution(operation, plan, context, given, variables, writer).answer()
    answer.cost = cost
    return answer


async def _refused_by_directive(operation: Operation, context: Any, given: Mapping[str, Any]) -> Answer:  # noqa: ANN401
    """Let graphql-core report that a variable in a directive is null."""
    operation.count_fallback("directive")
    executor = operation.row_by_row(context, operation.variable_values(given))
    try:
        result: Any = executor.execute_operation()
        result = await _in_task(result) if is_awaitable(result) else result
    except ExhaustedError:
        error = executor.too_long()
        return Answer(None, executor.errors[:1] or [GraphQLError(str(error), original_error=error)])
    return Answer(None if result.data is None else [orjson.dumps(result.data)], result.errors or ())


async def _in_task(awaitable: Awaitable[Any]) -> Any:  # noqa: ANN401 - of any kind
    await sleep(0)
    return await awaitable


class _RefusedError(Exception):
    """The whole request is refused."""

    def __init__(self, error: GraphQLError) -> None:
        super().__init__()
        self.error = error


class _Execution:
    def __init__(
        self,
        operation: Operation,
        plan: Plan,
        context: Any,  # noqa: ANN401 - any context
        given: Mapping[str, Any],
        variables: Mapping[str, Any],
        writer: JsonWriter,
    ) -> None:
        self._operation = operation
        self._context = context
        self._plan = plan
        # Caching the texts of a document that is sent once does not pay off.
        cached, operation.executed = operation.executed, True
        # Not a method of this object: a reference cycle would live until the garbage collector finds it.
        self._variable_values = partial(operation.variable_values, given)
        limits = context.limits
        self._ceilings = ceilings = Ceilings(limits.max_cost * CELLS_PER_UNIT, limits.max_answer_bytes)
        self._executor: RowByRowExecutor | None = None
        self._fields = {
            root.path: RootField(step, Env(context, variables, self._variable_values, ceilings), writer, cached=cached)
            for root, step in plan.steps
        }

    @property
    def _row_by_row(self) -> RowByRowExecutor:
        if self._executor is None:
            self._executor = self._operation.row_by_row(self._context, self._variable_values())
        return self._executor

    async def answer(self) -> Answer:
        try:
            await self._run()
            data = await self._object(self._plan.roots)
            if self._ceilings.is_over_half:
                self._check_length(data)
        except _RefusedError as refused:
            for field in self._fields.values():
                field.env.abandon()
            return Answer(None, [refused.error])
        except GraphQLError as error:
            self._row_by_row.collected_errors.add(error, None)
            return Answer(None, self._row_by_row.errors)
        if self._executor is None:
            return Answer(data)
        # An item of a list, or a non-null field of a namespace, may have refused the request.
        return Answer(None if self._executor.refusal else data, self._executor.errors)

    async def _run(self) -> None:
        """Run the steps of all fields.

        Raises:
            _RefusedError: The request is refused.
        """
        for field in self._fields.values():
            field.start()
            if field.failure is not None:
                self._check_refusals()
        pending = [field.settle() for field in self._fields.values() if field.env.pending]
        if pending:
            await sleep(0)
            await gather(*pending)
            self._check_refusals()

    def _check_refusals(self) -> None:
        for root, _ in self._plan.steps:
            failure = self._fields[root.path].failure
            if isinstance(failure, QueryTooComplex):
                raise self._refusal(root, failure)

    def _check_length(self, data: Texts) -> None:
        try:
            self._ceilings.check(data)
        except QueryTooComplex as error:
            raise self._refusal(self._plan.roots[-1], error) from None

    def _refusal(self, root: RootStep, error: Exception) -> _RefusedError:
        return _RefusedError(self._row_by_row.located(root, error))

    async def _object(self, roots: Sequence[RootStep]) -> Texts:
        """Return the pieces of an object of root fields.

        Raises:
            GraphQLError: An error of a field nulls the object.
        """
        pieces: Texts = []
        for root in roots:
            pieces += (b"," if pieces else b"{", root.key)
            if root.text:
                pieces.append(root.text)
            elif root.children is not None:
                pieces += await self._namespace(root, root.children)
            else:
                field = self._fields.get(root.path)
                pieces += (field.write() if field else ()) or await self._fall_back(root, field)
                for position, error in field.env.item_errors.items() if field and field.env.item_errors else ():
                    self._row_by_row.fail_item(root, position, error)
        pieces.append(b"}" if pieces else b"{}")
        return pieces

    async def _namespace(self, root: RootStep, children: Sequence[RootStep]) -> Texts:
        try:
            return await self._object(children)
        except GraphQLError as error:
            self._row_by_row.fail_root(root, error)
            return [b"null"]

    async def _fall_back(self, root: RootStep, field: RootField | None) -> Texts:
        """Execute a root field row by row.

        Raises:
            _RefusedError: The request is refused.
            GraphQLError: An error of the field nulls the object around it.
        """
        executor, failure = self._row_by_row, field.failure if field else NotColumnarError(root.reason)
        if field is not None:
            field.env.item_errors.clear()  # row-by-row execution finds them again
            executor.known |= field.env.argument_errors
        if isinstance(failure, QueryTooComplex):
            raise self._refusal(root, failure)
        self._operation.count_fallback(_reason(failure))
        mark = executor.bounded_errors.mark()
        value = None
        try:
            value = executor.execute_root(root)
            value = await _in_task(value) if is_awaitable(value) else value
        except ExhaustedError:
            cause = executor.cause_of_exhaustion(failure, executor.bounded_errors.reset(mark))
            executor.fail_root(root, cause)
        if executor.refusal is not None:
            raise _RefusedError(executor.refusal)
        text = orjson.dumps(value)
        try:
            self._ceilings.add_bytes(len(text))
        except QueryTooComplex as error:
            raise self._refusal(root, error) from None
        return [text]


def _reason(failure: Exception | None) -> str:
    match failure:
        case NotColumnarError():
            return str(failure)
        case ClientError():
            return "client error"
        case GraphQLError():
            return "argument"
        case _:
            return "unexpected"
