"""What signing in declares: its actions, its kinds of events, its rate."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from district.kernel.history.public import declare_kind
from district.kernel.organisation.public import EVERY_ROLE, Action, Role, declare_action, grants
from district.kernel.signing_in.names import CHANGE, END_SESSION, RESET
from district.kernel.throttling.public import Rate, declare_rate

_OWN = grants("self", *EVERY_ROLE)

declare_action(Action(CHANGE, _("设置自己的两步验证"), _OWN))
declare_action(Action(END_SESSION, _("结束自己的登录"), _OWN))
declare_action(Action(RESET, _("重置成员的两步验证"), grants("subtree", Role.ADMINISTRATOR)))

declare_kind("signing_in.second_factor.enrolled", _("启用两步验证"))
declare_kind("signing_in.second_factor.removed", _("停用两步验证"))
declare_kind("signing_in.second_factor.reset", _("重置两步验证"))
declare_kind("signing_in.recovery_code.used", _("使用备用码登录"))
declare_kind("signing_in.recovery_code.renewed", _("更换备用码"))
declare_kind("signing_in.session.ended", _("结束登录"))

# Besides the lock-out by account and address: who knows a password and guesses at codes from many
# addresses. Of a million codes three fit at a time.
CODES = declare_rate(Rate("signing_in.code.member", 10, timedelta(minutes=30)))
# Each start leaves a session and may ask the provider for its keys.
STARTS = declare_rate(Rate("signing_in.provider.address", 60, timedelta(minutes=10)))
