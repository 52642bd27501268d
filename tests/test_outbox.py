"""The outbox delivers in order for each partner, once in effect, again and again; what could not be delivered is visible."""

from __future__ import annotations

import datetime
import errno
import http.server
import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
import structlog
from typer.testing import CliRunner

from edi.cli import app
from edi.messages import Report
from edi.records import deliveries, queries, store
from edi.records.deliveries import Turn
from tests.conftest import NOW
from tests.profiles_help import folder as partner_folder
from tests.queues_help import ADDRESSES, queue_on
from workers import callbacks, channels, out_folders, outbox, pipeline
from workers.brokers import open_broker
from workers.channels import Ways
from workers.letters import BrokerUnreachable
from workers.settings import Settings, load_settings

LATER = datetime.timedelta(hours=2)


@pytest.fixture(autouse=True)
def own_logs() -> Iterator[None]:
    """A command sends the log to the standard error of its test; the next test has another one."""
    yield
    structlog.reset_defaults()


class Clock:
    """A clock that stands until it is set forward."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime.datetime:
        return self.now


def answered(engine: Any, *names: str, partner: str | None = "kai", channel: str = "folder", **more: Any) -> list[int]:
    """A file for each name, processed and answered with the name."""
    arrivals = [store.Arrival(name, name.encode(), channel=channel, partner=partner, **more) for name in names]
    numbers = store.receive(engine, arrivals, NOW)
    with store.Saver(engine, lambda: NOW) as saver:
        for claim in store.claim(engine, numbers, NOW):
            answer = store.Acknowledgement("CONTRL", claim.name.encode())
            saver.finish(claim, store.Conclusion(Report(), acknowledge=lambda _report, answer=answer: [answer]))
    return numbers


@pytest.fixture
def given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Settings]:
    """Settings with drop folders of kai and lee, and profiles whose answers go where the test says."""
    monkeypatch.chdir(tmp_path)
    for key in ("kai", "lee"):
        (tmp_path / "folders" / key / "out").mkdir(parents=True)

    def make(answers: str = "", token: str = "", **more: Any) -> Settings:
        channel = f'[channels]\nanswers = "{answers}"\n' + (f'token_variable = "{token}"\n' if token else "")
        known = {"partners": partner_folder(tmp_path / "p", kai=channel)} if answers else {}
        return load_settings(**{"folders": tmp_path / "folders", "callback_private": True, "callback_seconds": 5, **known, **more})

    return make


def files(tmp_path: Path, key: str = "kai") -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((tmp_path / "folders" / key / "out").iterdir())}


def states(engine: Any, partner: str | None = None) -> list[str]:
    return [row["state"] for row in deliveries.deliveries(engine, partner)]


def error(engine: Any) -> str:
    return str(deliveries.deliveries(engine)[0]["error"])


# --- folders


def test_answers_appear_in_the_out_folder_whole_and_in_the_order_of_decision(engine: Any, tmp_path: Path, given: Any) -> None:
    numbers = answered(engine, "one", "two", "three")
    answered(engine, "other", partner="lee")
    done = outbox.deliver_due(engine, given())
    assert (done.delivered, done.again, done.failed, done.more) == (4, 0, 0, False)
    names = [f"{place:08d}-{number}.contrl.edi" for place, number in enumerate(numbers, start=1)]
    assert files(tmp_path) == dict(zip(names, (b"one", b"two", b"three"), strict=True))
    assert list(files(tmp_path, "lee").values()) == [b"other"]
    assert all(row["sent_at"] for row in queries.acknowledgements(engine)) and set(states(engine)) == {"delivered"}
    assert outbox.deliver_due(engine, given()).delivered == 0


def _dies(url: str, settings: Settings) -> None:
    Turn.settle = lambda *_: os._exit(9)  # type: ignore[method-assign]
    outbox.deliver_due(store.open_database(url), settings)


def test_a_worker_killed_between_sending_and_storing_leaves_the_same_file_once(engine: Any, tmp_path: Path, given: Any) -> None:
    answered(engine, "one", "two")
    child = get_context("fork").Process(target=_dies, args=(engine.url.render_as_string(hide_password=False), given()))
    child.start()
    child.join(30)
    assert child.exitcode == 9 and len(files(tmp_path)) == 2 and states(engine) == ["waiting", "waiting"]
    before = files(tmp_path)
    assert outbox.deliver_due(engine, given()).delivered == 2
    assert files(tmp_path) == before


def test_a_missing_partner_folder_is_tried_again_and_visible(sqlite_engine: Any, tmp_path: Path, given: Any) -> None:
    clock = Clock()
    answered(sqlite_engine, "one", partner="new")
    assert outbox.deliver_due(sqlite_engine, given(), clock=clock).again == 1
    assert error(sqlite_engine) == "The folder new/out below EDI_FOLDERS cannot be written to: No such file or directory."
    (tmp_path / "folders" / "new").mkdir()
    assert outbox.deliver_due(sqlite_engine, given(), clock=clock).delivered == 0
    clock.now += LATER
    assert outbox.deliver_due(sqlite_engine, given(), clock=clock).delivered == 1
    assert list(files(tmp_path, "new").values()) == [b"one"]


def test_a_link_in_place_of_the_out_folder_or_of_our_file_is_never_written_through(sqlite_engine: Any, tmp_path: Path, given: Any) -> None:
    out, far = tmp_path / "folders" / "kai" / "out", tmp_path / "far"
    far.mkdir()
    (tmp_path / "folders" / "lee" / "out" / ".00000001-2.contrl.edi.part").symlink_to(far / "secret")
    out.rmdir()
    out.symlink_to(far)
    answered(sqlite_engine, "one")
    answered(sqlite_engine, "two", partner="lee")
    done = outbox.deliver_due(sqlite_engine, given())
    assert (done.delivered, done.again) == (1, 1) and list(far.iterdir()) == []
    assert files(tmp_path, "lee") == {"00000001-2.contrl.edi": b"two"}


def test_a_full_disk_leaves_nothing_half_written(sqlite_engine: Any, tmp_path: Path, given: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    answered(sqlite_engine, "one")
    monkeypatch.setattr(out_folders.os, "fsync", full)
    assert outbox.deliver_due(sqlite_engine, given(), clock=Clock()).again == 1
    assert files(tmp_path) == {} and "No space left" in error(sqlite_engine)


def test_one_file_that_cannot_be_written_holds_back_those_behind_it_only(sqlite_engine: Any, tmp_path: Path, given: Any) -> None:
    numbers = answered(sqlite_engine, "one", "two", "three")
    (tmp_path / "folders" / "kai" / "out" / f"00000002-{numbers[1]}.contrl.edi").mkdir()
    assert outbox.deliver_due(sqlite_engine, given()).delivered == 1
    assert (
        states(sqlite_engine) == ["delivered", "waiting", "waiting"]
        and "Is a directory" in deliveries.deliveries(sqlite_engine)[1]["error"]
    )


def test_without_drop_folders_the_answer_waits_and_says_what_to_set(sqlite_engine: Any, given: Any) -> None:
    answered(sqlite_engine, "one")
    assert outbox.deliver_due(sqlite_engine, given(folders=None)).again == 1 and "EDI_FOLDERS" in error(sqlite_engine)


@pytest.mark.parametrize("partner", ["..", "a/b", ".hidden", "Kai", ""])
def test_no_name_of_a_partner_leads_out_of_the_drop_folders(sqlite_engine: Any, tmp_path: Path, given: Any, partner: str) -> None:
    answered(sqlite_engine, "one", partner=partner or None)
    assert outbox.deliver_due(sqlite_engine, given()).failed == 1
    assert sorted(path.name for path in (tmp_path / "folders").rglob("*")) == ["kai", "lee", "out", "out"]


# --- order, two workers, what fails


class Recording(Ways):
    """Ways that remember what was sent and fail for the names given."""

    sent: list[str]
    fails: dict[str, type[Exception]]

    def send(self, where: Any, item: Any, channels: Any) -> None:
        name = item.content.decode()
        if name in self.fails:
            raise self.fails[name]("secret of the other side")
        time.sleep(0.002)
        self.sent.append(name)

    def send_files(self, where: Any, items: Any) -> None:
        raise channels.NotDelivered("one by one")


def recording(**fails: type[Exception]) -> Any:
    kind = type("Recording", (Recording,), {"sent": [], "fails": fails})
    return kind


def test_two_workers_never_send_one_partner_out_of_order(engine: Any, given: Any) -> None:
    names = [f"{place:03d}" for place in range(60)]
    answered(engine, *names)
    ways, settings = recording(), given()
    workers = [threading.Thread(target=lambda: [outbox.deliver_due(engine, settings, ways=ways) for _ in range(5)]) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert ways.sent == names


def test_who_does_not_have_the_turn_sends_nothing_to_that_partner(engine: Any, given: Any) -> None:
    answered(engine, "one")
    with deliveries.turn(engine, "kai") as turn:
        assert turn is not None
        assert outbox.deliver_due(engine, given(), ways=recording()).delivered == 0
    assert outbox.deliver_due(engine, given(), ways=recording()).delivered == 1


@pytest.mark.servers
def test_slow_partners_never_keep_more_than_a_few_workers(migrated_postgresql_url: str, given: Any) -> None:
    engine = store.open_database(migrated_postgresql_url)
    answered(engine, "one")
    with deliveries.one_of_few(engine, outbox.ROUNDS) as first, deliveries.one_of_few(engine, outbox.ROUNDS) as second:
        assert first and second
        done = outbox.deliver_due(engine, given(), ways=recording())
        assert done.more and done.delivered == 0
    assert outbox.deliver_due(engine, given(), ways=recording()).delivered == 1
    engine.dispose()


def test_what_fails_holds_back_its_partner_alone_until_it_is_given_up(engine: Any, given: Any) -> None:
    clock, settings = Clock(), given(delivery_tries=3)
    answered(engine, "one", "bad", "three")
    answered(engine, "other", partner="lee")
    ways = recording(bad=RuntimeError)
    for sent in (["one", "other"], ["one", "other"], ["one", "other", "three"]):
        outbox.deliver_due(engine, settings, ways=ways, clock=clock)
        assert sorted(ways.sent) == sorted(sent)
        clock.now += LATER
    assert states(engine, "kai") == ["delivered", "failed", "delivered"]
    (failed,) = deliveries.deliveries(engine, states=["failed"])
    assert (failed["number"], failed["attempts"], failed["error"]) == (2, 3, "Quayside failed to send it (RuntimeError).")


def test_an_answer_that_is_retried_goes_although_a_later_one_rests(sqlite_engine: Any, given: Any) -> None:
    clock, ways = Clock(), recording(one=RuntimeError, two=RuntimeError)
    answered(sqlite_engine, "one", "two", "three")
    outbox.deliver_due(sqlite_engine, given(delivery_tries=1), ways=recording(one=RuntimeError, two=channels.NotDelivered), clock=clock)
    assert states(sqlite_engine) == ["failed", "failed", "delivered"]
    deliveries.retry(sqlite_engine, NOW, "kai", 2)
    outbox.deliver_due(sqlite_engine, given(), ways=ways, clock=clock)
    deliveries.retry(sqlite_engine, NOW, "kai", 1)
    again = recording()
    outbox.deliver_due(sqlite_engine, given(), ways=again, clock=clock)
    assert again.sent == ["one"] and states(sqlite_engine) == ["delivered", "waiting", "delivered"]


def test_rests_grow_to_an_hour_and_differ() -> None:
    rests = [outbox.rest(attempt, 5) for attempt in range(1, 60)]
    assert all(rest <= 3600 for rest in rests) and rests[0] <= 5 < rests[3] < rests[6] and min(rests[20:]) >= 2700
    assert len({outbox.rest(30, 5) for _ in range(50)}) > 1


def test_a_round_ends_when_its_time_is_up_and_says_that_more_is_due(sqlite_engine: Any, given: Any) -> None:
    answered(sqlite_engine, "one")
    assert outbox.deliver_due(sqlite_engine, given(), patience=0).more
    assert states(sqlite_engine) == ["waiting"]


# --- queues


class FakeBroker:
    """Remembers what was published; one that is away says so, and one without a queue too."""

    def __init__(self, away: bool = False) -> None:
        self.published: list[tuple[str, bytes, dict[str, Any]]] = []
        self.asked = 0
        self.away = away

    def publish(self, queue: str, body: bytes, **properties: Any) -> None:
        self.asked += 1
        if self.away or queue.endswith(".missing"):
            raise BrokerUnreachable("The queue does not answer.")
        self.published.append((queue, body, properties))

    def count(self, _queue: str) -> int | None:
        if self.away:
            raise BrokerUnreachable("The queue does not answer.")
        return None

    def close(self) -> None:
        pass


def with_broker(broker: FakeBroker) -> Callable[[Settings], Ways]:
    return lambda settings: Ways(settings, lambda _settings: broker)


def test_an_answer_goes_back_to_the_queue_that_the_message_named_with_its_correlation(sqlite_engine: Any, given: Any) -> None:
    broker = FakeBroker()
    (number,) = answered(sqlite_engine, "one", channel="queue", reply_to="quayside.reply.x", correlation="C-1")
    assert outbox.deliver_due(sqlite_engine, given(), ways=with_broker(broker)).delivered == 1
    ((queue, body, properties),) = broker.published
    assert (queue, body, properties["correlation_id"]) == ("quayside.reply.x", b"one", "C-1")
    assert (properties["type"], properties["headers"]) == ("CONTRL", {"receipt": str(number), "partner": "kai"})
    assert properties["content_type"] == "application/EDIFACT"


def test_a_message_sent_again_has_the_id_it_had(sqlite_engine: Any, given: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    broker = FakeBroker()
    answered(sqlite_engine, "one", "two", channel="queue", reply_to="quayside.reply.x")
    monkeypatch.setattr(Turn, "settle", lambda *_: None)  # as if the worker died before
    for _ in range(2):
        outbox.deliver_due(sqlite_engine, given(), ways=with_broker(broker))
    ids = [properties["message_id"] for _, _, properties in broker.published]
    assert ids[:2] == ids[2:] and len(set(ids)) == 2


@pytest.mark.parametrize("reply_to", [None, "quayside", "celery", "quayside.reply.", "quayside.reply.x\n", "amq.topic"])
def test_a_sender_cannot_choose_any_queue_for_answers(sqlite_engine: Any, given: Any, reply_to: str | None) -> None:
    broker = FakeBroker()
    answered(sqlite_engine, "one", channel="queue", reply_to=reply_to)
    assert outbox.deliver_due(sqlite_engine, given(), ways=with_broker(broker)).failed == 1
    assert broker.published == [] and "profile" in error(sqlite_engine)


def test_the_channel_of_the_profile_goes_before_what_the_message_asks_for(sqlite_engine: Any, given: Any) -> None:
    broker = FakeBroker()
    answered(sqlite_engine, "one", channel="queue", reply_to="quayside.reply.x")
    answered(sqlite_engine, "two")
    assert outbox.deliver_due(sqlite_engine, given("queue:kai.answers"), ways=with_broker(broker)).delivered == 2
    assert [queue for queue, _, _ in broker.published] == ["kai.answers", "kai.answers"]


def test_one_queue_that_fails_holds_back_no_other_way_of_the_partner(sqlite_engine: Any, tmp_path: Path, given: Any) -> None:
    answered(sqlite_engine, "one", channel="queue", reply_to="quayside.reply.x")
    answered(sqlite_engine, "two", channel="queue", reply_to="quayside.reply.y")
    answered(sqlite_engine, "three")
    broker = FakeBroker(away=True)
    done = outbox.deliver_due(sqlite_engine, given(), ways=with_broker(broker))
    assert (done.delivered, done.again, broker.asked) == (1, 2, 1)
    assert list(files(tmp_path).values()) == [b"three"] and error(sqlite_engine) == "The queue does not answer."


def test_a_queue_that_is_missing_holds_back_no_other_queue(sqlite_engine: Any, given: Any) -> None:
    for place, name in enumerate(("missing", "x", "missing", "y")):
        answered(sqlite_engine, f"a{place}", channel="queue", reply_to=f"quayside.reply.{name}", partner="kai" if place < 2 else "lee")
    broker = FakeBroker()
    done = outbox.deliver_due(sqlite_engine, given(), ways=with_broker(broker))
    assert (done.delivered, done.again) == (2, 2) and [body for _, body, _ in broker.published] == [b"a1", b"a3"]


@pytest.mark.servers
@pytest.mark.parametrize("kind", ["rabbitmq", "redis"])
def test_a_real_queue_holds_the_answer_with_its_properties(sqlite_engine: Any, given: Any, kind: str) -> None:
    with queue_on(ADDRESSES[kind]) as queue, closing(open_broker(ADDRESSES[kind])) as broker:
        broker.declare(queue)
        (number,) = answered(sqlite_engine, "one", channel="queue", reply_to=queue, correlation="C-1")
        settings = given(queue_url=ADDRESSES[kind], reply_prefix="quayside.test.")
        assert outbox.deliver_due(sqlite_engine, settings).delivered == 1, error(sqlite_engine)
        (letter,) = broker.take(queue, 1, 1 << 20, 10)
        broker.done(queue, [letter])
    assert (letter.body, letter.text("correlation_id"), letter.text("type")) == (b"one", "C-1", "CONTRL")
    assert (letter.header("receipt"), letter.partner(), len(letter.text("message_id") or "")) == (str(number), "kai", 40)


def test_what_came_over_a_queue_is_answered_under_its_correlation_also_when_it_comes_again(engine: Any, given: Any) -> None:
    broker, settings = FakeBroker(), given()
    for correlation in ("C-1", "C-2"):
        arrival = store.Arrival("a.xml", b"<Invoice", "queue", "kai", f"queue:in:{correlation}", correlation, "quayside.reply.x")
        pipeline.process_receipts(engine, store.receive(engine, [arrival], NOW), clock=lambda: NOW)
    outbox.deliver_due(engine, settings, ways=with_broker(broker))
    (first, one), (again, two) = ((body, properties) for _, body, properties in broker.published)
    assert first == again and json.loads(first)["type"] == one["type"] == "receipt" and one["content_type"] == "application/json"
    assert (one["correlation_id"], two["correlation_id"]) == ("C-1", "C-2") and one["message_id"] != two["message_id"]


# --- addresses


class Server:
    """An HTTP server in this process: answers with the status in `status`, remembers what came."""

    def __init__(self) -> None:
        self.came: list[tuple[str, bytes, dict[str, str]]] = []
        self.status, self.headers = 200, dict[str, str]()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.came.append((self.path, body, {name.lower(): value for name, value in self.headers.items()}))
                self.send_response(outer.status)
                for name, value in outer.headers.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}/in"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.server.shutdown()
    made.server.server_close()


def test_a_call_carries_the_answer_its_key_and_the_token_of_the_environment(
    engine: Any, given: Any, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAI_TOKEN", "very-secret")
    (number,) = answered(engine, "one", channel="queue", correlation="C é 1")
    assert outbox.deliver_due(engine, given(server.address, "KAI_TOKEN")).delivered == 1
    ((path, body, headers),) = server.came
    assert (path, body, headers["authorization"]) == ("/in", b"one", "Bearer very-secret")
    assert (headers["quayside-receipt"], headers["quayside-type"], headers["quayside-correlation"]) == (str(number), "CONTRL", "C %C3%A9 1")
    assert len(headers["idempotency-key"]) == 40 and headers["content-type"] == "application/EDIFACT"


def test_a_missing_token_is_said_and_nothing_is_sent(sqlite_engine: Any, given: Any, server: Server) -> None:
    answered(sqlite_engine, "one")
    assert outbox.deliver_due(sqlite_engine, given(server.address, "NO_SUCH_TOKEN")).again == 1
    assert server.came == [] and "NO_SUCH_TOKEN" in error(sqlite_engine)


@pytest.mark.parametrize(
    ("status", "state"),
    [(204, "delivered"), (409, "delivered"), (400, "failed"), (401, "failed"), (413, "failed")]
    + [(status, "waiting") for status in (307, 408, 425, 429, 503)],
)
def test_what_a_status_means(sqlite_engine: Any, given: Any, server: Server, status: int, state: str) -> None:
    server.status, server.headers = status, {"Location": server.address, "Content-Length": "0"}
    answered(sqlite_engine, "one", "two")
    outbox.deliver_due(sqlite_engine, given(server.address))
    assert states(sqlite_engine)[0] == state
    assert len(server.came) == (1 if state == "waiting" else 2)  # what waits holds back the next; a redirect is not followed
    assert state == "delivered" or str(status) in error(sqlite_engine)


def test_a_partner_may_say_how_long_to_wait(sqlite_engine: Any, given: Any, server: Server) -> None:
    server.status, server.headers = 429, {"Retry-After": "1800"}
    answered(sqlite_engine, "one")
    outbox.deliver_due(sqlite_engine, given(server.address), clock=Clock())
    assert deliveries.deliveries(sqlite_engine)[0]["due_at"] == NOW + datetime.timedelta(minutes=30)


def test_a_private_address_is_not_called_unless_the_settings_allow_it(sqlite_engine: Any, given: Any, server: Server) -> None:
    answered(sqlite_engine, "one")
    assert outbox.deliver_due(sqlite_engine, given(server.address, callback_private=False)).again == 1
    assert server.came == [] and "EDI_CALLBACK_PRIVATE" in error(sqlite_engine)


def test_a_name_with_one_private_address_among_public_ones_is_not_called(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in ("93.184.216.34", "10.1.2.3")]
    monkeypatch.setattr(callbacks.socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(channels.NotDelivered, match="private address"):
        callbacks.call("https://partner.example/in", b"", {}, False, 1)


@pytest.mark.parametrize("drops", [0, 200])
def test_a_server_that_is_silent_or_answers_drop_by_drop_does_not_keep_the_outbox(drops: int) -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    ending = threading.Event()

    def serve() -> None:
        accepted, _ = listening.accept()
        with accepted:
            for _ in range(drops):
                try:
                    accepted.sendall(b"H" if _ == 0 else b"")
                    accepted.sendall(b"X")
                except OSError:
                    return
                if ending.wait(0.1):
                    return
            ending.wait(30)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    start = time.monotonic()
    with pytest.raises(channels.NotDelivered, match=r"did not answer|answered"):
        callbacks.call(f"http://127.0.0.1:{listening.getsockname()[1]}/", b"x", {}, True, 1)
    assert time.monotonic() - start < 15
    ending.set()
    thread.join(5)
    listening.close()


# --- for operators


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["outbox", *arguments], env={"COLUMNS": "200"})


def test_an_operator_lists_shows_retries_drops_and_delivers(
    sqlite_engine: Any, sqlite_url: str, tmp_path: Path, given: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDI_FOLDERS", str(tmp_path / "folders"))
    monkeypatch.setenv("EDI_DATABASE_URL", sqlite_url)
    answered(sqlite_engine, "one", "two", partner="new")
    answered(sqlite_engine, "three", partner=None, channel="queue")
    assert (run("deliver").exit_code, states(sqlite_engine)) == (1, ["failed", "waiting", "waiting"])
    listed = run("list")
    assert listed.exit_code == 1 and "without reply_to" in listed.stdout and "2 waiting, 0 delivered, 1 failed, 0 dropped." in listed.stdout
    shown = json.loads(run("list", "--json", "--partner", "-", "--state", "failed").stdout)
    assert [(row["partner"], row["number"], row["file"]) for row in shown["deliveries"]] == [("-", 1, "three")]
    assert run("show", "new", "2", "--content").stdout == "two"
    assert json.loads(run("show", "new", "1", "--json").stdout)["error"].startswith("The folder new/out")
    assert run("drop", "new", "1", "--reason", "sent by mail").exit_code == 0
    assert "sent by mail" in run("show", "new", "1").stdout
    (tmp_path / "folders" / "new").mkdir()
    assert run("retry", "new").stdout.startswith("1 deliveries are due now") and run("retry").exit_code == 2
    assert "1 delivered, 0 to be tried again, 0 given up." in run("deliver").stdout
    assert list(files(tmp_path, "new").values()) == [b"two"] and run("retry", "new", "1").exit_code == 0
    assert run("deliver").exit_code == 0 and set(states(sqlite_engine, "new")) == {"delivered"}
    for wrong in (("drop", "new", "2"), ("show", "new", "9"), ("show", "nobody", "1")):
        assert run(*wrong).exit_code == 2 and "edi outbox list" in run(*wrong).stderr


@pytest.mark.parametrize("change", ["drop", "retry"])
def test_what_an_operator_does_to_a_delivered_answer_changes_nothing(sqlite_engine: Any, given: Any, change: str) -> None:
    answered(sqlite_engine, "one")
    outbox.deliver_due(sqlite_engine, given())
    done = deliveries.drop(sqlite_engine, "kai", 1, "x") if change == "drop" else deliveries.retry(sqlite_engine, NOW, "kai", 1)
    assert done == 0 and states(sqlite_engine) == ["delivered"]
