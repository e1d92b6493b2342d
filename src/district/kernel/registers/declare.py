"""What registers declare: the kinds of events that they record, and the sweeps of imports."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from district.kernel.base.periodic import declare_periodic
from district.kernel.history.public import declare_kind
from district.kernel.registers.jobs import end_left_imports
from district.kernel.registers.services import forget_old_imports

declare_kind("registers.exported", _("导出清单"))
declare_kind("registers.imported", _("导入文件"))
declare_kind("registers.row.added", _("导入新增"))
declare_kind("registers.row.changed", _("导入修改"))
declare_periodic("registers.forget_old_imports", timedelta(hours=1), forget_old_imports)
declare_periodic("registers.end_left_imports", timedelta(minutes=1), end_left_imports)
