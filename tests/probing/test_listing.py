"""Keys that another key lists: through ccxt and the wire, against the simulated Gate."""

import asyncio
import json
from dataclasses import replace

import pytest

from reconciler.exchanges.gate import EXCHANGE
from reconciler.kit.clock import SystemClock
from reconciler.model.probe import Diagnosis, Status, Target
from reconciler.probing.listing import Once
from reconciler.probing.prober import CcxtProber
from reconciler.probing.venue import Pace
from reconciler.simulator.server import Simulator
from reconciler.values.rights import Right, Verdict
from reconciler.values.secret import Credentials, Secret

READER = "account:r,wallet:r,spot:r,futures:r,sub_accounts:r"
LISTING = "GET /api/v4/sub_accounts/{user_id}/keys"


def target(key, lister=None, **more):
    credentials = Credentials(Secret(key.api_key), Secret(key.secret))
    return Target(key.id, "gate", "simulator", ("spot",), ("read", "trade"), credentials, lister=lister, **more)


class Play:
    """A main account with a key that reads, and a sub-account with a key that trades."""

    def __init__(self, simulator, pace):
        self.simulator = simulator
        self.pace = Pace(**(pace or {}))
        self.prober = self.fresh()
        self.reader = simulator.create_key(exchange="gate", name="reader", account="77", permissions=READER)
        self.sub = self.of("20001")

    def fresh(self):
        """Return a prober that knows nothing yet."""
        url = self.simulator.ready["exchanges"]["gate"]
        return CcxtProber({"gate": EXCHANGE}, clock=SystemClock(), base_url=lambda *_: url, pace=self.pace)

    def of(self, number, **more):
        given = {"rights": ["read", "trade_spot"], "account": "77", **more}
        return self.simulator.create_key(exchange="gate", sub_account=number, **given)

    @property
    def lister(self):
        return replace(target(self.reader), permissions=("read",), is_lister=True)

    async def tested(self):
        return await self.prober.probe(target(self.sub, self.lister))

    def asked(self, key=None):
        paths = [(one["keyId"], str(one["path"]).partition("?")[0]) for one in self.simulator.requests()]
        return [path.removeprefix("/api/v4") for id, path in paths if id == (key or self.reader).id]


def told(status, body, path="withdrawals"):
    """Answer the probe, or a request of another path, with a body, whatever the key may do."""
    answer = {"status": status, "headers": {"Content-Type": "application/json"}, "body": body}
    return {"kind": "answer", "path": path, "answer": answer}


def play(story, pace=None):
    async def run():
        async with Simulator(exchanges=["gate"]) as simulator:
            made = Play(simulator, pace)
            try:
                return made, await story(made)
            finally:
                await made.prober.close()

    return asyncio.run(run())


def proven(prepare):
    async def story(made):
        prepare(made)
        return await made.tested()

    return play(story)


def test_a_key_that_is_listed_without_withdrawal_is_proven_and_online():
    made, result = proven(lambda made: None)

    proof = result.rights.of(Right.WITHDRAW)
    assert result.status is Status.ONLINE, result.message
    assert proof.verdict is Verdict.DENIED
    assert (proof.evidence.request, proof.evidence.http_status) == (LISTING, 200)
    assert result.account.uid == "20001"
    assert made.asked(made.sub) == ["/account/detail", "/spot/accounts", "/spot/open_orders"]
    assert made.asked()[-1] == "/sub_accounts/20001/keys"
    assert len(made.asked()) <= 5


def test_a_listed_key_that_may_withdraw_is_blocked():
    _, result = proven(lambda made: made.simulator.change_key(made.sub.id, rights=["read", "trade_spot", "withdraw"]))

    assert result.diagnosis is Diagnosis.WITHDRAWAL_ENABLED


def test_what_is_listed_says_which_declared_right_is_missing():
    _, result = proven(lambda made: made.simulator.change_key(made.sub.id, rights=["read"]))

    assert result.diagnosis is Diagnosis.NO_TRADE_PERMISSION


@pytest.mark.parametrize(
    ("permissions", "says"),
    [
        (READER.replace("sub_accounts:r", "sub_accounts"), "may do more than read: manage_keys"),
        (READER.replace("spot:r", "spot"), "may do more than read: trade_margin, trade_spot"),
        (READER + ",withdraw", "may do more than read: withdraw"),
        (READER.replace(",sub_accounts:r", ""), "not proven to read the keys of sub-accounts"),
    ],
)
def test_a_key_that_may_do_more_than_list_is_not_used_for_it(permissions, says):
    made, result = proven(lambda made: made.simulator.change_key(made.reader.id, permissions=permissions))

    assert result.diagnosis is Diagnosis.UNVERIFIED
    assert says in result.message
    assert "reader" in result.remedy
    assert not [path for path in made.asked() if path.endswith("/keys")]


@pytest.mark.parametrize("state", ["deleted", "frozen"])
def test_a_lister_that_does_not_work_proves_nothing(state):
    _, result = proven(lambda made: made.simulator.change_key(made.reader.id, state=state))

    assert result.diagnosis is Diagnosis.UNVERIFIED
    assert "does not work" in result.message


def test_a_key_of_the_main_account_is_not_listed():
    async def story(made):
        own = made.simulator.create_key(exchange="gate", account="77", rights=["read", "trade_spot"])
        return await made.prober.probe(target(own, made.lister))

    _, result = play(story)

    assert result.rights.verdict(Right.WITHDRAW) is Verdict.UNKNOWN
    assert "belongs to the main account itself" in result.message


def test_a_lister_that_does_not_tell_whose_it_is_proves_nothing_even_where_it_is_shown_the_key():
    async def story(made):
        own = made.simulator.create_key(exchange="gate", account="77", rights=["read", "trade_spot"])
        made.simulator.change_key(made.reader.id, key_info={"user_id": None})
        perms = [{"name": "account", "read_only": True}, {"name": "spot", "read_only": False}]
        made.simulator.add_fault(
            "gate", **told(200, json.dumps([{"key": own.api_key, "perms": perms}]), "sub_accounts")
        )
        return await made.prober.probe(target(own, made.lister))

    made, result = play(story)

    assert result.diagnosis is Diagnosis.UNVERIFIED
    assert "did not tell of which account" in result.message
    assert not [path for path in made.asked() if path.endswith("/keys")]


LISTED = [{"name": "account", "read_only": True}, {"name": "spot", "read_only": False}]


@pytest.mark.parametrize(
    "lie",
    [
        lambda entry: [{**entry, "key": entry["key"][:12] + "*" * 20}],
        lambda entry: [entry, {**entry, "perms": [*LISTED, {"name": "withdraw", "read_only": False}]}],
        lambda entry: [entry, {**entry, "key": entry["key"][:12] + "*" * 20}],
        lambda entry: [{**entry, "key": entry["key"].upper()}],
        lambda entry: [{**entry, "key": entry["key"] + " "}],
        lambda entry: [{**entry, "key": None}],
        lambda entry: [{**entry, "user_id": 99}],
        lambda entry: [{**entry, "user_id": None}],
        lambda entry: [{**entry, "perms": []}],
        lambda entry: [{**entry, "perms": None}],
        lambda entry: [{**entry, "perms": ["spot"]}],
        lambda entry: [{**entry, "perms": [*LISTED, {"read_only": True}]}],
        lambda entry: [{**entry, "perms": [*LISTED, {"name": "funds_out", "read_only": False}]}],
        lambda entry: [[entry]],
        lambda entry: [],
    ],
)
def test_a_list_that_does_not_show_this_key_once_and_in_known_words_denies_nothing(lie):
    async def story(made):
        entry = {"key": made.sub.api_key, "user_id": 20001, "state": 1, "ip_whitelist": [], "perms": LISTED}
        answers = []
        for entries in ([entry], lie(entry)):
            made.simulator.clear_faults()
            made.simulator.add_fault("gate", **told(200, json.dumps(entries), "sub_accounts"))
            made.prober = made.fresh()
            answers.append((await made.tested()).rights.verdict(Right.WITHDRAW))
            await made.prober.close()
        return answers

    _, verdicts = play(story)

    assert verdicts == [Verdict.DENIED, Verdict.UNKNOWN]


def test_a_connection_that_uses_the_very_key_that_is_to_list_it_is_answered_all_the_same():
    async def story(made):
        wanted = target(made.reader, made.lister)
        return await asyncio.wait_for(asyncio.gather(made.prober.probe(wanted), made.prober.probe(made.lister)), 30)

    _, (result, _) = play(story)

    assert "belongs to the main account itself" in result.rights.of(Right.WITHDRAW).why


def test_a_sub_account_of_somebody_else_is_not_shown_and_proves_nothing():
    async def story(made):
        foreign = made.of("30001", account="99")
        return await made.prober.probe(target(foreign, made.lister))

    _, result = play(story)

    assert result.diagnosis is Diagnosis.UNVERIFIED
    assert "does not show exactly one" in result.message


@pytest.mark.parametrize(
    ("fault", "path"),
    [
        ("http_500", "sub_accounts"),
        ("truncated_json", "sub_accounts"),
        ("rate_limit", "sub_accounts"),
        ("timeout", "main_keys"),
    ],
)
def test_what_passes_by_itself_is_no_verdict(fault, path):
    async def story(made):
        made.simulator.add_fault("gate", fault, path=path)
        return await made.tested()

    _, result = play(story, {"seconds_per_request": 0.25})

    assert result.diagnosis is Diagnosis.EXCHANGE_UNAVAILABLE
    assert result.rights.verdict(Right.WITHDRAW) is Verdict.UNKNOWN


def test_a_lister_is_tested_once_and_asked_once_for_each_sub_account():
    async def story(made):
        keys = [made.sub, made.of("20001"), made.of("20001"), made.of("20002")]
        return await asyncio.gather(
            *(made.prober.probe(target(key, made.lister)) for key in keys), made.prober.probe(made.lister)
        )

    made, results = play(story, {"keys": 2})

    assert [one.status for one in results] == [Status.ONLINE] * 4 + [Status.UNVERIFIED]
    lists = [path for path in made.asked() if path.endswith("/keys")]
    assert sorted(lists) == ["/sub_accounts/20001/keys", "/sub_accounts/20002/keys"]
    assert made.asked().count("/account/main_keys") == 1


def test_who_gives_up_waiting_does_not_stop_the_work_for_others():
    async def run():
        begun, once = asyncio.Event(), Once()

        async def work():
            await begun.wait()
            return "done"

        first, second = (asyncio.create_task(once.of("a", work)) for _ in range(2))
        await asyncio.sleep(0)
        first.cancel()
        begun.set()
        return await second, first.cancelled()

    assert asyncio.run(run()) == ("done", True)


def test_work_that_nobody_waits_for_is_stopped_at_the_end():
    async def run():
        stopped, once = [], Once()

        async def work():
            try:
                await asyncio.Event().wait()
            finally:
                stopped.append(True)

        waiting = asyncio.create_task(once.of("a", work))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        await once.close()
        await asyncio.gather(waiting, return_exceptions=True)
        return stopped

    assert asyncio.run(run()) == [True]


# --- the probe


def probed(may_be_probed=True, markets=("spot", "futures"), fault=None, **fields):
    async def story(made):
        key = made.simulator.create_key(
            exchange="gate", **{"rights": ["read", "trade_spot", "trade_futures"], **fields}
        )
        if fault is not None:
            made.simulator.add_fault("gate", **fault)
        wanted = replace(target(key), markets=markets, may_be_probed=may_be_probed)
        return key, await made.prober.probe(wanted)

    made, (key, result) = play(story, {"seconds_per_request": 0.25})
    return result, [one for one in made.simulator.requests() if one["keyId"] == key.id and one["method"] != "GET"]


def test_a_key_is_never_probed_unless_it_may_be():
    result, sent = probed(may_be_probed=False)

    assert result.diagnosis is Diagnosis.UNVERIFIED
    assert sent == []


@pytest.mark.parametrize("markets", [("spot",), ("futures",), ("spot", "futures")])
def test_a_key_that_is_refused_for_want_of_the_right_is_proven(markets):
    result, sent = probed(markets=markets)

    proof = result.rights.of(Right.WITHDRAW)
    assert result.status is Status.ONLINE, result.message
    assert proof.verdict is Verdict.DENIED
    assert (proof.evidence.request, proof.evidence.http_status) == ("DELETE /api/v4/withdrawals/w0", 403)
    assert result.rights.of(Right.TRADE_SPOT).evidence.request == "GET /api/v4/account/main_keys"
    assert [(one["method"], one["path"]) for one in sent] == [("DELETE", "/api/v4/withdrawals/w0")]
    assert result.requests <= 4


@pytest.mark.parametrize(
    ("fault", "verdict"),
    [
        (told(403, '{"label":"READ_ONLY","message":"API key only has read permission of withdraw"}'), Verdict.DENIED),
        (told(403, '{"label":"READ_ONLY","message":"API key only has read permission"}'), Verdict.UNKNOWN),
        (told(403, '{"label":"READ_ONLY","message":"API key only has read permission of wallet"}'), Verdict.UNKNOWN),
        (told(400, '{"label":"INVALID_WITHDRAW_ID","message":"Invalid withdrawal id"}'), Verdict.GRANTED),
        (told(200, '{"id":"w0","status":"CANCEL"}'), Verdict.GRANTED),
        (told(200, '{"label":"INVALID_WITHDRAW_ID","message":"Invalid withdrawal id"}'), Verdict.UNKNOWN),
        (told(200, "[]"), Verdict.UNKNOWN),
        (
            told(403, '{"label":"FORBIDDEN","message":"Request API key does not have wallet permission"}'),
            Verdict.UNKNOWN,
        ),
        (told(403, '{"label":"FORBIDDEN","message":"Request IP not in whitelist: 203.0.113.9"}'), Verdict.UNKNOWN),
        (told(403, '{"label":"FORBIDDEN","message":"no withdrawals today"}'), Verdict.UNKNOWN),
        (told(400, '{"label":"SOMETHING_NEW","message":"never documented"}'), Verdict.UNKNOWN),
        (told(500, '{"label":"INVALID_WITHDRAW_ID","message":"server fault"}'), Verdict.UNKNOWN),
        (told(429, '{"label":"TOO_MANY_REQUESTS","message":"slow down"}'), Verdict.UNKNOWN),
        (told(403, "<html>denied</html>"), Verdict.UNKNOWN),
        (told(401, '{"label":"REQUEST_EXPIRED","message":"gap exceeds 60"}'), Verdict.UNKNOWN),
        ({"kind": "timeout", "path": "withdrawals"}, Verdict.UNKNOWN),
        ({"kind": "empty_body", "path": "withdrawals"}, Verdict.UNKNOWN),
    ],
)
def test_only_the_words_of_a_missing_permission_deny_and_only_those_of_a_missing_withdrawal_grant(fault, verdict):
    result, _ = probed(fault=fault)

    assert result.rights.verdict(Right.WITHDRAW) is verdict
    expected = {Verdict.DENIED: Status.ONLINE, Verdict.GRANTED: Status.BLOCKED, Verdict.UNKNOWN: Status.UNVERIFIED}
    assert result.status is expected[verdict], result.message


@pytest.mark.parametrize("fields", [{"state": "deleted"}, {"state": "frozen"}, {"rights": ["read", "withdraw"]}])
def test_a_key_is_not_probed_where_that_would_show_nothing_more(fields):
    _, sent = probed(**fields)

    assert sent == []


def test_a_key_that_another_lists_is_not_probed():
    async def story(made):
        await made.prober.probe(target(made.sub, made.lister, may_be_probed=True))

    made, _ = play(story)

    assert {one["method"] for one in made.simulator.requests()} == {"GET"}
