"""What one test of one key has found so far; `conclude` makes a result of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from reconciler.kit import networks
from reconciler.model.exchange import Asked, Exchange, Fill, KeyInfo, Purpose, Reading, Request
from reconciler.model.probe import Account, Check, CheckState, Diagnosis, Target
from reconciler.probing.answer import Answer
from reconciler.probing.classify import Fault, classify
from reconciler.probing.listing import Listed
from reconciler.values.rights import Evidence, Right, Verdict

TRADING = {"spot": Right.TRADE_SPOT, "margin": Right.TRADE_MARGIN, "futures": Right.TRADE_FUTURES}
_CHECKS = {Purpose.KEY_INFO: Check.KEY, Purpose.BALANCE: Check.BALANCE, Purpose.STATUS: Check.STATUS}
# After these the key is not asked again: nothing more could be learnt, and repeated refusals get hosts banned.
_FINAL = frozenset({Diagnosis.INVALID_KEY, Diagnosis.IP_NOT_ALLOWED, Diagnosis.EXCHANGE_UNAVAILABLE})
_DEFINITE = frozenset({Diagnosis.INVALID_KEY, Diagnosis.IP_NOT_ALLOWED, Diagnosis.NO_TRADE_PERMISSION})
_UNKNOWN = Verdict.UNKNOWN
_ACCEPTED = frozenset({Diagnosis.NO_TRADE_PERMISSION, Diagnosis.UNVERIFIED})


@dataclass(slots=True)
class Trial:
    """The answers of one key, in order, and whether it should be asked on.

    `stand_in` is the address that a config put in the place of the exchange's own. `probed` is what the verdict on
    withdrawal rests on where that was asked for by itself.
    """

    exchange: Exchange
    target: Target
    started_at: datetime
    info: KeyInfo | None = None
    evidence: Evidence | None = None
    account: Account = field(default_factory=Account)
    faults: list[Fault] = field(default_factory=list)
    checks: dict[Check, CheckState] = field(default_factory=dict)
    signed: int = 0
    skew_ms: float = 0.0
    family: str = ""
    stand_in: str | None = None
    probed: Evidence | None = None
    _bodies: list[object] = field(default_factory=list)
    _turned_by: Fault | None = None

    def __post_init__(self) -> None:
        self.family = self.exchange.families[0]

    @property
    def is_settled(self) -> bool:
        """Whether an answer has made every further request pointless."""
        return any(fault.diagnosis in _FINAL for fault in self.faults) or self.problem is not None

    @property
    def problem(self) -> str | None:
        """Why the key is no good by its own key info."""
        return self.info.problem if self.info else None

    @property
    def wanted(self) -> Sequence[tuple[Right, str]]:
        """The rights that the declared permissions need, each with the words for it."""
        reading = [(Right.READ, "read the account")] if "read" in self.target.permissions else []
        if "trade" not in self.target.permissions:
            return reading
        return [*((TRADING[market], f"trade {market}") for market in self.target.markets), *reading]

    @property
    def is_listed(self) -> bool:
        """Whether another key is to say what this one may do."""
        return self.target.lister is not None and self.exchange.read_listing is not None

    @property
    def _may_be_probed(self) -> bool:
        return self.target.may_be_probed and not self.is_listed and self.exchange.read_probe is not None

    @property
    def wants_probe(self) -> bool:
        """Whether to ask for the cancelling of a withdrawal that cannot exist, since nothing else tells."""
        return (
            self._may_be_probed
            and self.info is not None
            and not self.is_settled
            and self.verdict(Right.WITHDRAW) is _UNKNOWN
        )

    def plan(self, family: str) -> tuple[Request, ...]:
        """Choose the requests, as many as the budget allows."""
        return self.exchange.plan(self.target.markets, family, is_listed=self.is_listed, is_probed=self._may_be_probed)

    def verdict(self, right: Right) -> Verdict:
        """Return what the key info says of a right."""
        reading = self.info.rights.get(right) if self.info else None
        return reading.verdict if reading else Verdict.UNKNOWN

    def why(self, right: Right) -> str:
        """Return why the verdict on a right is what it is."""
        reading = self.info.rights.get(right) if self.info else None
        return reading.why if reading else "the key's rights could not be read"

    def remedy(self, right: Right) -> str:
        """Return the way to have a right proven, empty where it is the usual one."""
        reading = self.info.rights.get(right) if self.info else None
        return reading.remedy if reading else ""

    def fault_of(self, answer: Answer) -> Fault | None:
        """Say what is wrong with an answer, in the light of what is declared of the key; None for a good one."""
        declared, egress = self.target.ip_allowlist, self.target.egress
        is_inside = bool(egress) and not networks.compare(declared, egress).extra
        return classify(self.exchange, answer, is_bound=bool(declared), is_outside=bool(declared) and not is_inside)

    def hear(self, answer: Answer) -> None:
        """Take a good answer in."""
        purpose = answer.request.purpose
        if Purpose.ACCOUNT in (purpose, *answer.request.tells):
            self.account = self.exchange.read_account(answer.body)
        for settled in (purpose, *answer.request.tells):
            self._mark(settled, CheckState.PASS)
        if Purpose.KEY_INFO in (purpose, *answer.request.tells):
            self._bodies.append(answer.told)
            asked = Asked(self.target.credentials.api_key.reveal(), self.started_at)
            self.info = self.exchange.read_key_info(tuple(self._bodies), asked)
            if purpose is Purpose.KEY_INFO or self.evidence is None:
                self.evidence = answer.evidence
            self.account = self.info.account
            if self.info.problem:
                self.checks[Check.KEY] = CheckState.FAIL

    def take(self, listed: Listed) -> None:
        """Take in what another key was told of this one."""
        own, read = self.info or KeyInfo(), self.exchange.read_listing
        if listed.fault is not None:
            self.note(listed.fault)
        elif listed.answer is None or self.account.uid is None or read is None:
            told = Reading(_UNKNOWN, listed.why or "no other key was asked", listed.remedy)
            self.info = replace(own, rights=dict.fromkeys(Right, told))
        else:
            asked = Asked(self.target.credentials.api_key.reveal(), self.started_at)
            found = read(listed.answer.body, asked, self.account.uid)
            addresses = own.ip_allowlist if found.ip_allowlist is None else found.ip_allowlist
            self.info = replace(found, ip_allowlist=addresses, account=self.account)
            self.evidence = listed.answer.evidence
            if self.info.problem:
                self.checks[Check.KEY] = CheckState.FAIL

    def take_probe(self, answer: Answer) -> None:
        """Take in how the cancelling of a withdrawal that cannot exist was refused; silence tells nothing."""
        if self.info is None or self.exchange.read_probe is None or answer.status is None:
            return
        reading = self.exchange.read_probe(answer.body, answer.status)
        if reading.verdict is not _UNKNOWN:
            self.info = replace(self.info, rights={**self.info.rights, Right.WITHDRAW: reading})
            self.probed = answer.evidence

    def evidence_of(self, right: Right) -> Evidence | None:
        """Return the answer that the verdict on a right rests on."""
        return self.probed if right is Right.WITHDRAW and self.probed is not None else self.evidence

    def note(self, fault: Fault) -> None:
        """Take a failure in; what is only nice to know may fail without consequence."""
        if fault.purpose is Purpose.ACCOUNT:
            return
        if fault.purpose is Purpose.KEY_INFO and fault.family not in ("", self.family):
            if self._turned_by is None:
                # Nothing is wrong yet: the account is of another family, and is asked in that one's way.
                self._turned_by, self.family = fault, fault.family
                return
            # Sent from one family to the other and back: what the first said stands.
            fault = self._turned_by
        if self.exchange.is_unified and self.info is not None and fault.diagnosis is Diagnosis.INVALID_KEY:
            # It was let in a moment ago, so it is this one request that is refused.
            fault = replace(fault, diagnosis=Diagnosis.UNVERIFIED, when=f"{fault.when}, though it just read a balance")
        self.faults.append(fault)
        if fault.purpose is Purpose.KEY_INFO and fault.diagnosis in _ACCEPTED:
            # The key was accepted, or the refusal would be another one; only its rights stay unknown.
            self._mark(Purpose.KEY_INFO, CheckState.PASS)
            return
        state = CheckState.FAIL if fault.diagnosis in _DEFINITE else CheckState.UNKNOWN
        own = {Purpose.KEY_INFO} if self.exchange.asked_for(Purpose.KEY_INFO) else set()
        told = (request.tells - own for request in self.exchange.asked_for(fault.purpose))
        for open_now in {fault.purpose}.union(*told):
            self._mark(open_now, state)
        if fault.diagnosis in (Diagnosis.INVALID_KEY, Diagnosis.IP_NOT_ALLOWED):
            self.checks[Check.KEY] = CheckState.FAIL

    def refuse(self, request: Request) -> bool:
        """Tell whether a request is known to be pointless, and note why without asking for it."""
        if Fill.UID in request.params.values() and self.account.uid is None:
            if not self.faults:
                self.note(Fault(Diagnosis.UNVERIFIED, "it did not tell whose key it is", request.purpose))
            return True
        if request.needs is None or self.verdict(request.needs) is not Verdict.DENIED:
            return False
        when = f"{self.exchange.traits.title} shows it only to keys that may trade there; {self.why(request.needs)}"
        self.note(Fault(Diagnosis.NO_TRADE_PERMISSION, when, request.purpose))
        return True

    def _mark(self, purpose: Purpose, state: CheckState) -> None:
        check = _CHECKS.get(purpose)
        if check is not None and self.checks.get(check, CheckState.PASS) is CheckState.PASS:
            self.checks[check] = state
