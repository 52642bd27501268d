"""Customs queues: what a broker has confirmed ends as one receipt, on RabbitMQ and on Redis, whatever dies in between."""

from __future__ import annotations

import os
import runpy
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import amqp
import pytest
import structlog
from kombu import Connection, Producer
from sqlalchemy import select
from typer.testing import CliRunner

from edi import cli
from edi.records import store
from edi.records.bulk import table
from tests.conftest import NOW, no_server
from tests.queues_help import ADDRESSES, Line, forget, put, queue_on
from workers import consuming
from workers.brokers import open_broker
from workers.consuming import Intake, Until, arrival, consume
from workers.letters import REASON, Broker, BrokerUnreachable, Letter, addressed, dead_queue
from workers.pipeline import process_receipts

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.servers


@pytest.fixture(params=["rabbitmq", "redis"])
def address(request: pytest.FixtureRequest) -> str:
    """Each of the two brokers in turn."""
    address = ADDRESSES[request.param]
    try:
        with closing(open_broker(address)) as broker:
            broker.count("quayside.test")
    except BrokerUnreachable as error:
        no_server(request.param, error)
    return address


@pytest.fixture
def queue(address: str) -> Iterator[str]:
    with queue_on(address) as name:
        yield name


@pytest.fixture
def broker(address: str) -> Iterator[Broker]:
    with closing(open_broker(address)) as opened:
        yield opened


@pytest.fixture
def line(address: str) -> Iterator[Line]:
    """A way to the broker that can be cut."""
    parts = urlsplit(address)
    made = Line(parts.hostname or "", parts.port or 0)
    yield made
    made.close()


def through(line: Line, address: str) -> str:
    return address.replace(f":{urlsplit(address).port}/", f":{line.port}/")


def receipts(engine: Any) -> list[dict[str, Any]]:
    receipt = table("receipt")
    with engine.connect() as connection:
        return [dict(row._mapping) for row in connection.execute(select(receipt).order_by(receipt.c.id))]


def drained(address: str, engine: Any, queue: str, count: int = 100, **changes: Any) -> int:
    """Receive so many messages, or what waits on the queue, and end."""
    until = Until(threading.Event(), count=count, idle=1)
    return consume(lambda: open_broker(address, lease=1), engine, Intake(queue, **changes), until)


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.02)


@pytest.fixture
def running(sqlite_engine: Any) -> Iterator[Callable[..., threading.Event]]:
    """Starts a consumer in a thread; gives the event that stops it."""
    started: list[tuple[threading.Thread, threading.Event]] = []

    def start(open_one: Callable[[], Broker], engine: Any, queue: str) -> threading.Event:
        stop = threading.Event()
        thread = threading.Thread(target=consume, args=(open_one, engine, Intake(queue), Until(stop)), daemon=True)
        thread.start()
        started.append((thread, stop))
        return stop

    yield start
    for thread, stop in started:
        stop.set()
        thread.join(30)


# -- what travels -----------------------------------------------------------------------------------------------------------------


def test_bytes_and_properties_arrive_as_they_were_sent(address: str, queue: str, broker: Broker) -> None:
    body = bytes(range(256))
    put(broker, queue, body, reply_to="quayside.reply.x", type="CUSDEC", headers={"partner": "Acme"})
    [letter] = broker.take(queue, 10, 1 << 20, 5)
    assert (letter.body, letter.partner(), letter.redelivered) == (body, "acme", False)
    assert addressed(letter) == {
        **{"message_id": "m0", "correlation_id": "c0", "reply_to": "quayside.reply.x", "type": "CUSDEC"},
        "content_type": "application/octet-stream",
    }


def test_a_message_of_plain_kombu_is_received_and_kombu_reads_ours(address: str, queue: str, broker: Broker, sqlite_engine: Any) -> None:
    broker.declare(queue)
    with Connection(address) as other:
        sent = {"message_id": "k1", "correlation_id": "C", "headers": {"partner": "acme"}}
        Producer(other).publish(b"UNB\xff", routing_key=queue, content_type="text/plain", content_encoding="utf-8", **sent)
        assert drained(address, sqlite_engine, queue, 1) == 1
        broker.publish(queue, b"answer\x00", message_id="a1", correlation_id="C", headers={"type": "CONTRL"})
        message = other.SimpleQueue(queue, queue_opts={"no_declare": True}).get(timeout=10)
        assert (bytes(message.body), message.properties["correlation_id"], message.headers) == (b"answer\x00", "C", {"type": "CONTRL"})
        message.ack()
    [receipt] = receipts(sqlite_engine)
    assert (receipt["channel"], receipt["partner"], receipt["correlation"], receipt["size"]) == ("queue", "acme", "C", 4)
    assert receipt["sha256"] == sha256(b"UNB\xff").hexdigest()


def test_what_was_taken_and_not_done_comes_again_in_its_order(address: str, queue: str, broker: Broker) -> None:
    put(broker, queue, *(b"%d" % number for number in range(6)))
    first = open_broker(address)
    assert [letter.body for letter in first.take(queue, 4, 1 << 20, 5)] == [b"0", b"1", b"2", b"3"]
    first.close()
    wait_for(lambda: broker.count(queue) == 6)
    assert [letter.body for letter in broker.take(queue, 10, 1 << 20, 5)] == [b"0", b"1", b"2", b"3", b"4", b"5"]


def test_a_batch_ends_at_its_limit_of_bytes(address: str, queue: str, broker: Broker) -> None:
    put(broker, queue, *(bytes([65 + number]) * 1000 for number in range(5)))
    assert len(broker.take(queue, 100, 1500, 5)) in (1, 2)  # Redis counts the message as it travels, in base64


def test_an_answer_to_a_queue_that_does_not_exist_is_an_error_on_rabbitmq_and_the_next_one_arrives() -> None:
    address = ADDRESSES["rabbitmq"]
    with queue_on(address) as queue, closing(open_broker(address)) as broker:
        broker.declare(queue)
        for _ in range(2):
            with pytest.raises(BrokerUnreachable, match="no such queue"):
                broker.publish("quayside.test.nowhere", b"x", message_id="1")
        broker.publish(queue, b"y", message_id="2")
        assert [letter.body for letter in broker.take(queue, 1, 1 << 20, 5)] == [b"y"]


# -- once, whatever dies ----------------------------------------------------------------------------------------------------------


class Recorded:
    """A broker that notes what it is asked, with one message to give."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def declare(self, _queue: str) -> None: ...

    def take(self, *_: Any) -> list[Letter]:
        return [Letter(1, b"UNB", {"message_id": "1"})]

    def done(self, _queue: str, letters: Sequence[Letter]) -> None:
        self.asked.append(f"done {len(letters)}")

    def close(self) -> None:
        self.asked.append("close")


def test_a_message_is_acknowledged_after_it_is_stored_and_not_when_storing_fails(
    monkeypatch: pytest.MonkeyPatch, sqlite_engine: Any
) -> None:
    broker: Any = Recorded()
    stored: list[list[str]] = []
    monkeypatch.setattr(consuming.store, "receive", lambda *_: stored.append(list(broker.asked)) or [1])
    consume(lambda: broker, sqlite_engine, Intake("q"), Until(threading.Event(), count=1))
    assert (stored, broker.asked) == ([[]], ["done 1", "close"])

    def fail(*_: Any) -> list[int]:
        until.stop.set()
        raise store.DatabaseUnreachable("away")

    monkeypatch.setattr(consuming.store, "receive", fail)
    broker, until = Recorded(), Until(threading.Event())
    consume(lambda: broker, sqlite_engine, Intake("q"), until)
    assert broker.asked == ["close"]


DIES = """
import os, signal, sys
from edi.records import store
from workers import consuming
from workers.brokers import open_broker
from workers.pipeline import now
address, url, queue = sys.argv[1:]
broker = open_broker(address, lease=1)
letters = broker.take(queue, 100, 1 << 20, 5)
intake = consuming.Intake(queue)
store.receive(store.open_database(url), [consuming.arrival(letter, intake) for letter in letters], now())
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_killed_between_receiving_and_acknowledging_gives_the_same_receipts(
    address: str, queue: str, broker: Broker, sqlite_engine: Any, sqlite_url: str
) -> None:
    put(broker, queue, b"UNB1", b"UNB2", b"UNB3")
    died = subprocess.run([sys.executable, "-c", DIES, address, sqlite_url, queue], check=False, timeout=60, cwd=ROOT)
    assert died.returncode == -signal.SIGKILL
    before = receipts(sqlite_engine)
    assert len(before) == 3
    wait_for(lambda: drained(address, sqlite_engine, queue, 3) == 3)
    assert receipts(sqlite_engine) == before
    assert drained(address, sqlite_engine, queue) == 0


def test_two_consumers_with_the_same_message_give_one_receipt(address: str, queue: str, broker: Broker, sqlite_engine: Any) -> None:
    """The first is slow: its connection is lost or its lease ends, the message goes to the second, then the first goes on."""
    put(broker, queue, b"UNB")
    slow: Any = open_broker(address, lease=1)
    letters = slow.take(queue, 10, 1 << 20, 5)
    if address.startswith("amqp"):
        slow._in.collect()
    wait_for(lambda: drained(address, sqlite_engine, queue, 1) == 1)
    with suppress(BrokerUnreachable):
        consuming.receive(slow, sqlite_engine, Intake(queue), letters)
    assert len(receipts(sqlite_engine)) == 1
    slow.close()
    assert drained(address, sqlite_engine, queue) == 0


def test_a_connection_cut_again_and_again_loses_and_doubles_nothing(
    address: str, queue: str, broker: Broker, line: Line, sqlite_engine: Any, running: Callable[..., threading.Event]
) -> None:
    broker.declare(queue)
    running(lambda: open_broker(through(line, address), lease=5, prefetch=10), sqlite_engine, queue)
    for number in range(60):
        broker.publish(queue, b"UNB%d" % number, message_id=str(number))
        if number % 25 == 20:
            wait_for(lambda: len(receipts(sqlite_engine)) > 0)
            line.cut()
    wait_for(lambda: len(receipts(sqlite_engine)) == 60)
    wait_for(lambda: not broker.count(queue))
    assert len({receipt["sha256"] for receipt in receipts(sqlite_engine)}) == 60


def test_a_publisher_opens_a_lost_connection_anew_and_says_when_the_broker_is_away(address: str, queue: str, line: Line) -> None:
    with closing(open_broker(through(line, address))) as broker:
        put(broker, queue, b"1")
        line.cut()
        broker.publish(queue, b"2", message_id="2")
        assert broker.count(queue) == 2
        line.away()
        with pytest.raises(BrokerUnreachable, match="does not answer as it should") as error:
            broker.publish(queue, b"3", message_id="3")
    assert "guest:guest" not in str(error.value)


def test_while_the_database_is_away_nothing_is_acknowledged_and_later_all_is_received(
    address: str, queue: str, broker: Broker, migrated_postgresql_url: str, running: Callable[..., threading.Event]
) -> None:
    parts = urlsplit(migrated_postgresql_url)
    line = Line(parts.hostname or "", parts.port or 0)
    engine = store.open_database(migrated_postgresql_url.replace(f":{parts.port}/", f":{line.port}/"))
    line.away()
    direct = store.open_database(migrated_postgresql_url)
    put(broker, queue, b"UNB1", b"UNB2")
    running(lambda: open_broker(address, lease=1), engine, queue)
    time.sleep(0.5)
    assert receipts(direct) == []
    line.back()
    wait_for(lambda: len(receipts(direct)) == 2)
    engine.dispose()
    direct.dispose()
    line.close()


def test_sigterm_ends_the_command_after_its_batch(address: str, queue: str, broker: Broker, sqlite_engine: Any, sqlite_url: str) -> None:
    put(broker, queue, b"UNB1")
    environment = os.environ | {"EDI_QUEUE_URL": address, "EDI_DATABASE_URL": sqlite_url, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "edi.cli", "queue", "consume", queue]
    consumer = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert consumer.stderr is not None
    killer = threading.Timer(120, consumer.kill)  # to start may take long on a busy machine; to receive may not
    killer.start()
    try:
        assert any(b"listening" in line for line in consumer.stderr), "the command ended before it listened"
        wait_for(lambda: len(receipts(sqlite_engine)) == 1)
    finally:
        consumer.terminate()
        out, said = consumer.communicate(timeout=30)
        killer.cancel()
        print(consumer.returncode, said.decode(), "waiting:", broker.count(queue))
    assert (consumer.returncode, out) == (0, f"1 messages were taken from {queue}.\n".encode())


# -- what can be no document ------------------------------------------------------------------------------------------------------


def test_a_message_over_the_limit_is_set_aside_with_the_reason_and_its_neighbours_are_received(
    address: str, queue: str, broker: Broker, sqlite_engine: Any
) -> None:
    put(broker, queue, b"UNB1", b"X" * 2000, b"UNB3")
    assert drained(address, sqlite_engine, queue, 3, largest=1000) == 3
    assert [receipt["name"] for receipt in receipts(sqlite_engine)] == ["m0", "m2"]
    [dead] = broker.take(dead_queue(queue), 10, 1 << 20, 5)
    assert (dead.body, dead.header(REASON), dead.text("correlation_id")) == (b"X" * 2000, "larger than 1000 bytes", "c1")


def test_redis_sets_an_oversized_message_aside_without_sending_it() -> None:
    address = ADDRESSES["redis"]
    with queue_on(address) as queue, closing(open_broker(address, largest=1000)) as broker:
        put(broker, queue, b"X" * 200_000, b"UNB")
        assert [letter.body for letter in broker.take(queue, 10, 1 << 20, 1)] == [b"UNB"]
        assert broker.count(dead_queue(queue)) == 1


@pytest.mark.parametrize("broken", ["correlation", "time"])
def test_properties_that_cannot_be_decoded_do_not_stop_the_queue(broken: str, sqlite_engine: Any) -> None:
    """The AMQP library raises in the middle of its connection; the broker would deliver such a message for ever."""
    address = ADDRESSES["rabbitmq"]
    with queue_on(address) as queue, closing(open_broker(address)) as broker:
        put(broker, queue, b"UNB1")
        _publish_broken(queue, broken)
        broker.publish(queue, b"UNB3", message_id="m3")
        assert drained(address, sqlite_engine, queue, 2) == 2
        assert [receipt["name"] for receipt in receipts(sqlite_engine)] == ["m0", "m3"]
        wait_for(lambda: broker.count(dead_queue(queue)) == 1)
        with pytest.raises(BrokerUnreachable, match="cannot be read"):
            broker.take(dead_queue(queue), 1, 1 << 20, 5)
        wait_for(lambda: broker.count(dead_queue(queue)) == 1)


def test_nothing_is_rejected_on_a_queue_that_would_not_keep_it() -> None:
    address = ADDRESSES["rabbitmq"]
    with queue_on(address) as queue, closing(open_broker(address)) as broker:
        with Connection(address) as other:
            other.channel().queue_declare(queue, durable=True, auto_delete=False)
        broker.declare(queue)
        _publish_broken(queue, "correlation")
        with pytest.raises(BrokerUnreachable, match="cannot be read"):
            broker.take(queue, 1, 1 << 20, 5)
        wait_for(lambda: broker.count(queue) == 1)


def _publish_broken(queue: str, broken: str) -> None:
    parts = urlsplit(ADDRESSES["rabbitmq"])
    with amqp.Connection(f"{parts.hostname}:{parts.port}", parts.username, parts.password) as connection:
        message = amqp.Message(b"UNB2")
        late = b"\x01tT" + b"\x7f" * 8  # a header: a time billions of years away
        flags, value = (1 << 10, b"\x02\xff\xfe") if broken == "correlation" else (1 << 13, len(late).to_bytes(4, "big") + late)
        message._serialize_properties = lambda: flags.to_bytes(2, "big") + value  # type: ignore[method-assign]
        connection.channel().basic_publish(message, routing_key=queue)


NO_MESSAGES = [b"UNB", b"\xff", b"{}", b'{"body": 7, "properties": {}}', b'{"body": "%", "properties": {"body_encoding": "base64"}}']


def test_what_is_no_message_on_redis_is_set_aside(sqlite_engine: Any) -> None:
    address = ADDRESSES["redis"]
    with queue_on(address) as queue, closing(open_broker(address)) as broker:
        client: Any = broker
        client._client().lpush(queue, *NO_MESSAGES)
        put(broker, queue, b"UNB")
        assert drained(address, sqlite_engine, queue, len(NO_MESSAGES) + 1) == len(NO_MESSAGES) + 1
        dead = broker.take(dead_queue(queue), 10, 1 << 20, 1)
        assert [letter.body for letter in dead] == NO_MESSAGES
        assert {letter.header(REASON) for letter in dead} == {"no message in the format of kombu"}
        assert len(receipts(sqlite_engine)) == 1


# -- the words of a stranger ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("partner", ["../acme", "", "-acme", "a" * 65, "acme\n", 7, None, ["acme"], "acme/in"])
def test_a_partner_that_can_be_no_key_is_received_without_partner(partner: Any) -> None:
    assert arrival(Letter(1, b"UNB", {}, {"partner": partner}), Intake("q")).partner is None


@pytest.mark.parametrize("value", ["x" * 256, "a\x00b", 7, b"c", "", {"a": 1}, "\ud800", "a\u202eb"])
def test_properties_that_cannot_be_kept_count_as_absent(value: Any) -> None:
    names = ("message_id", "correlation_id", "reply_to", "type")
    made = arrival(Letter(1, b"UNB", dict.fromkeys(names, value), {"name": value}), Intake("q"))
    assert (made.name, made.correlation, made.reply_to) == ("message", None, None)


def test_a_queue_of_one_partner_takes_no_other_name() -> None:
    assert arrival(Letter(1, b"UNB", {}, {"partner": "other"}), Intake("q", partner="acme")).partner == "acme"


@pytest.mark.parametrize(
    "name", ["quayside", "quayside.in", "quayside.reply.", "celery", "amq.rabbitmq.reply-to.x", "quayside.reply.a\x06\x163"]
)
def test_an_answer_goes_to_no_queue_outside_the_prefix(name: str) -> None:
    assert arrival(Letter(1, b"UNB", {"reply_to": name}), Intake("q")).reply_to is None


def test_a_message_has_one_source_for_all_deliveries_and_another_for_other_content() -> None:
    given = {"message_id": "1", "correlation_id": "C"}
    source = Letter(1, b"UNB", given).source("q")
    assert source == Letter(9, b"UNB", given, redelivered=True).source("q")
    assert len({source, Letter(1, b"UNB2", given).source("q"), Letter(1, b"UNB", given | {"correlation_id": "D"}).source("q")}) == 3
    assert Letter(1, b"UNB", {"correlation_id": "C"}).source("q") is None


def test_a_message_id_used_anew_loses_no_document(address: str, queue: str, broker: Broker, sqlite_engine: Any) -> None:
    for body in (b"UNB1", b"UNB2", b"UNB1"):
        put(broker, queue, body)
    assert drained(address, sqlite_engine, queue, 3) == 3
    assert len(receipts(sqlite_engine)) == 2


# -- the command, and the program of the other side -------------------------------------------------------------------------------


def test_the_command_sends_receives_and_shows_dead_letters(
    address: str, queue: str, tmp_path: Path, sqlite_engine: Any, sqlite_url: str
) -> None:
    (tmp_path / "one.edi").write_bytes(b"UNB+1'")
    environment = {"EDI_QUEUE_URL": address, "EDI_QUEUE": queue, "EDI_DATABASE_URL": sqlite_url}

    def edi(*arguments: str, **more: str) -> tuple[int, str]:
        done = CliRunner().invoke(cli.app, ["queue", *arguments], env=environment | more)
        structlog.reset_defaults()  # the log went to the standard error of the runner
        return done.exit_code, done.stdout

    path = str(tmp_path / "one.edi")
    assert edi("send", path, "--partner", "acme", "--correlation", "C-1", "--reply-to", "quayside.reply.x") == (0, f"C-1  {path}\n")
    assert edi("check")[1].endswith("1 messages wait, 0 were set aside.\n")
    assert edi("consume", "--once", EDI_QUEUE_BYTES="2")[0] == 0
    code, said = edi("check")
    assert (code, "1 were set aside" in said) == (1, True)
    assert "larger than 2 bytes" in edi("dead")[1]
    assert "back on" in edi("dead", "--return")[1]
    assert edi("consume", "--count", "1")[0] == 0
    [receipt] = receipts(sqlite_engine)
    assert [receipt[name] for name in ("partner", "name", "correlation", "reply_to")] == ["acme", "one.edi", "C-1", "quayside.reply.x"]


@pytest.mark.parametrize("arguments", [["check", "a b"], ["send", "x", "--queue", "a/b"], ["consume", "--partner", "../x"], ["check"]])
def test_a_wrong_call_is_one_sentence(arguments: list[str], sqlite_url: str) -> None:
    done = CliRunner().invoke(cli.app, ["queue", *arguments], env={"EDI_QUEUE_URL": "ftp://x", "EDI_DATABASE_URL": sqlite_url})
    structlog.reset_defaults()
    assert (done.exit_code, len(done.output.splitlines())) == (2, 1)


def test_the_program_of_the_other_side_gets_its_answers_under_its_correlation(
    address: str, queue: str, broker: Broker, sqlite_engine: Any, running: Callable[..., threading.Event]
) -> None:
    """The sample against a consumer, the pipeline, and a reply as the outbox writes it."""
    customs = runpy.run_path(str(ROOT / "samples" / "integration" / "customs.py"))
    paths = [ROOT / "samples" / "good" / name for name in ("d01b.edi", "three-ways.ubl.xml", "hybrid.pdf")]
    broker.declare(queue)
    running(lambda: open_broker(address), sqlite_engine, queue)
    stop = threading.Event()
    replying = threading.Thread(target=_reply, args=(address, sqlite_engine, stop, len(paths)), daemon=True)
    replying.start()
    conversation = customs["converse"](address, queue, "acme", paths, 30)
    stop.set()
    replying.join(30)
    forget(address, receipts(sqlite_engine)[0]["reply_to"])  # on Redis the last repetition has made it anew
    assert [(sent.path.name, sent.answers) for sent in conversation.sent.values()] == [
        ("d01b.edi", ["CONTRL"]),
        ("three-ways.ubl.xml", ["receipt"]),
        ("hybrid.pdf", ["receipt"]),
    ]
    assert conversation.unknown == ["CONTRL for of-yesterday"]
    assert all(correlation in customs["table"](conversation) for correlation in conversation.sent)


def _reply(address: str, engine: Any, stop: threading.Event, count: int) -> None:
    """Process what was received and send each answer twice, after one that nobody there awaits."""
    end = time.monotonic() + 30
    while len(receipts(engine)) < count and time.monotonic() < end and not stop.is_set():
        time.sleep(0.05)
    found = {receipt["id"]: receipt for receipt in receipts(engine)}
    process_receipts(engine, list(found), clock=lambda: NOW)
    answer = table("acknowledgement")
    with closing(open_broker(address)) as broker, engine.connect() as connection:
        rows = connection.execute(select(answer.c.receipt_id, answer.c.sequence, answer.c.type, answer.c.content)).all()
        broker.publish(found[rows[0][0]]["reply_to"], b"x", message_id="early", correlation_id="of-yesterday", headers={"type": "CONTRL"})
        for number, sequence, kind, content in (row for row in rows for _ in range(2)):
            to, correlation = found[number]["reply_to"], found[number]["correlation"]
            with suppress(BrokerUnreachable):  # with its last answer the other side deletes its queue, before the repetition
                broker.publish(to, content, message_id=f"{number}-{sequence}", correlation_id=correlation, headers={"type": kind})
