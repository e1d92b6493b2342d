"""Pages of notifications: the member's messages and channels; thin views."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from district.kernel.base.errors import Invalid
from district.kernel.notifications import gateway, selectors, services
from district.kernel.notifications.forms import ChannelForm
from district.kernel.organisation.public import actor_of, member_of

_PAGE = 30
# How an address of each kind is written; words in capitals are replaced by the member's own.
_EXAMPLES = {
    "dingtalk": "dingtalk://ACCESS_TOKEN",
    "feishu": "feishu://WEBHOOK_TOKEN",
    "wecombot": "wecombot://BOT_KEY",
    "pushplus": "pushplus://TOKEN",
    "schan": "schan://SENDKEY",
    "mailtos": "mailtos://USER:PASSWORD@example.com?to=NAME@example.com",
    "ntfys": "ntfys://ntfy.example.com/TOPIC",
    "barks": "barks://bark.example.com/DEVICE_KEY",
    "jsons": "jsons://example.com/PATH",
}


@require_safe
def notifications(request: HttpRequest) -> HttpResponse:
    """The member's messages, newest first; `?show=unread` leaves out what was read."""
    member = member_of(request)
    unread_only = request.GET.get("show") == "unread"
    rows = selectors.notifications_of(member, unread=unread_only)
    return render(
        request,
        "notifications/notifications.html",
        {
            "page": Paginator(rows, _PAGE).get_page(request.GET.get("page")),
            "unread_only": unread_only,
            "not_unread_only": not unread_only,
            "unread": selectors.unread_count(member),
        },
    )


@require_safe
def open_notification(request: HttpRequest, notification_id: UUID) -> HttpResponse:
    """Notes the message as read and goes to what it is about."""
    row = services.mark_read(notification_id, actor=actor_of(request))
    return redirect(row.url or "notifications")


@require_POST
def read(request: HttpRequest, notification_id: UUID) -> HttpResponse:
    """Notes the message as read and stays on the list."""
    services.mark_read(notification_id, actor=actor_of(request))
    return redirect("notifications")


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Notes every message so far as read."""
    count = services.mark_all_read(member_of(request), actor=actor_of(request))
    messages.success(
        request,
        ngettext("已将 %(count)d 条消息标为已读。", "已将 %(count)d 条消息标为已读。", count)
        % {"count": count},
    )
    return redirect("notifications")


@sensitive_post_parameters("address")
@require_http_methods(["GET", "HEAD", "POST"])
def channels(request: HttpRequest) -> HttpResponse:
    """Where the member's messages also go; a POST adds a channel."""
    member = member_of(request)
    form = ChannelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            services.add_channel(
                member,
                values["label"],
                values["address"],
                actor=actor_of(request),
                at_least=values["at_least"],
            )
        except Invalid as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("接收渠道已添加。请发一条测试消息，确认能收到。"))
            return redirect("channels")
    allowed = gateway.allowed_schemes()
    return render(
        request,
        "notifications/channels.html",
        {
            "channels": [
                (channel, gateway.SERVICES.get(channel.scheme, channel.scheme))
                for channel in selectors.channels_of(member)
            ],
            "form": form,
            "examples": [
                (gateway.SERVICES[scheme], example)
                for scheme, example in _EXAMPLES.items()
                if scheme in allowed
            ],
            "crumbs": [(_("我的资料"), reverse("me")), (_("接收渠道"), "")],
        },
        status=422 if form.errors else 200,
    )


@require_POST
def send_test(request: HttpRequest, channel_id: UUID) -> HttpResponse:
    """Queues a test message through one channel."""
    services.test_channel(channel_id, actor=actor_of(request))
    messages.success(request, _("测试消息已排队发送。几秒后刷新本页，可看到是否送达。"))
    return redirect("channels")


@require_POST
def remove(request: HttpRequest, channel_id: UUID) -> HttpResponse:
    """Takes a channel away."""
    services.remove_channel(channel_id, actor=actor_of(request))
    messages.success(request, _("接收渠道已删除。"))
    return redirect("channels")
