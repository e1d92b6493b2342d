"""Event kinds that history itself records."""

from django.utils.translation import gettext_lazy as _

from district.kernel.history.kinds import declare_kind

declare_kind("history.personal.viewed", _("查看个人信息"))
declare_kind("history.person.erased", _("清除个人信息"))
