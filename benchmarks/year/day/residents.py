"""Residents who report, by the form that everybody has: opened, filled in, sent."""

from __future__ import annotations

import random
import re
import time
from dataclasses import dataclass
from datetime import datetime

from benchmarks.case_http import PAGE
from benchmarks.year.day.forms import Sending, filled
from benchmarks.year.day.photos import another
from benchmarks.year.day.pool import Pool
from benchmarks.year.day.rates import WITH_PHOTO
from benchmarks.year.day.tally import Tally
from benchmarks.year.day.visitor import Reply, Visitor

#: Nobody fills the form faster than the product believes.
_FILLING = (3.5, 9.0)
#: Of a hundred who are offered what is alike so many join it.
_JOIN = 40
_NUMBER = re.compile(r'class="receipt-number"[^>]*>([^<]+)<')
_THINGS = (
    "井盖松动，车一过就响", "共享单车堵住盲道", "围挡挡住红绿灯", "流浪狗追咬小孩", "楼道堆放杂物",
    "健身器材断了一根杆", "公厕没有水冲", "电动车在楼下飞线充电", "广告牌摇摇欲坠", "河面漂着油污",
)  # fmt: skip


@dataclass
class Residents:
    """Everybody comes from an address of their own."""

    port: int
    tally: Tally
    pool: Pool
    pictures: list[bytes]
    rng: random.Random

    def open(self) -> None:
        """Open the form; it is sent a while later."""
        visitor = Visitor(self.port, self.tally, _address(self.rng))
        reply = visitor.get(PAGE)
        if reply.status != 200:
            self._not(reply)
            return
        wait = self.rng.uniform(*_FILLING)
        self.pool.add(time.monotonic() + wait, "report", lambda: self._send(visitor, reply))

    def _send(self, visitor: Visitor, shown: Reply) -> None:
        rng = self.rng
        photo = another(self.pictures, rng) if rng.randrange(100) < WITH_PHOTO else None
        number = rng.randrange(10**8)
        street = "".join(chr(rng.randrange(0x4E00, 0x5E00)) for _letter in range(12))
        values = {
            "text": f"{street}{number}号{rng.choice(_THINGS)}",
            "lon": f"{114.02 + rng.random() * 0.36:.6f}",
            "lat": f"{22.60 + rng.random() * 0.18:.6f}",
            "name": "推演居民",
            "phone": f"138{number:08d}",
        }
        form = shown.page.form(holds="ticket")
        sending = filled(form, PAGE, datetime.now(), rng, photo=photo, values=values)  # noqa: DTZ005  # no field asks for it
        began = time.time()
        reply = visitor.send(sending)
        if reply.status == 200 and 'name="join"' in reply.text:
            began = time.time()
            reply = visitor.send(self._answered(reply))
        found = _NUMBER.search(reply.text) if reply.status == 200 else None
        if found is None:
            self._not(reply)
            return
        fact = {
            "kind": "report", "number": found[1].strip(), "photo": photo is not None,
            "began": began, "taken": reply.taken, "joined": "已加入同一件事" in reply.text,
        }  # fmt: skip
        self.tally.outcome("report", "done", fact=fact)

    def _answered(self, offers: Reply) -> Sending:
        """What is alike was offered: some join, the others say that theirs is another matter."""
        page, rng = offers.page, self.rng
        joins = rng.randrange(100) < _JOIN
        form = page.form(holds="join")
        if form is None:
            raise RuntimeError(f"{page.address} offers nothing to join")
        tokens = [node.get("value") for node in form.iter("button") if node.get("name") == "join"]
        button = ("join", rng.choice(tokens)) if joins else ("new", "1")
        return filled(form, PAGE, datetime.now(), rng, button=button)  # noqa: DTZ005  # as above

    def _not(self, reply: Reply) -> None:
        if reply.status == 0 or reply.status >= 500:
            self.tally.outcome("report", "failed", str(reply.status))
        else:
            self.tally.outcome("report", "refused", f"{reply.status} {reply.page.said()}")


def _address(rng: random.Random) -> str:
    return f"10.{rng.randrange(256)}.{rng.randrange(256)}.{rng.randrange(1, 255)}"
