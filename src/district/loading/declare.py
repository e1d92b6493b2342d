"""What the loader declares: the kinds of events that it records."""

from django.utils.translation import gettext_lazy as _

from district.kernel.history.public import declare_kind

declare_kind("loading.district.loaded", _("载入区级数据"))
declare_kind("loading.demo.played", _("补录演示数据"))
