"""Addresses under /policies/."""

from django.urls import path

from district.systems.policies.pages import applications, editor, enterprise, policies, pushes

urlpatterns = [
    path("", policies.index, name="policies"),
    path("new/", editor.new_policy, name="policy_new"),
    path("try/", editor.try_condition, name="policy_try"),
    path("proposals/", editor.proposals, name="policy_proposals"),
    path("pushes/", pushes.index, name="policy_pushes"),
    path("pushes/limit/", pushes.change_limit, name="policy_limit"),
    path("pushes/<uuid:push_id>/", pushes.push, name="policy_push"),
    path("runs/<uuid:run_id>/", pushes.run, name="policy_run"),
    path("enterprises/", enterprise.find, name="policy_enterprise_find"),
    path("enterprises/<slug:code>/", enterprise.enterprise, name="policy_enterprise"),
    path("enterprises/<slug:code>/consent/", enterprise.consent, name="policy_consent"),
    path("applications/", applications.index, name="policy_applications"),
    path("applications/<slug:desk>/", applications.desk, name="policy_desk"),
    path("<uuid:policy_id>/", policies.policy, name="policy"),
    path("<uuid:policy_id>/standing/", policies.standing, name="policy_standing"),
    path("<uuid:policy_id>/on/", policies.on_day, name="policy_on"),
    path("<uuid:policy_id>/edit/", editor.edit_policy, name="policy_edit"),
    path("<uuid:policy_id>/publish/", policies.publish, name="policy_publish"),
    path("<uuid:policy_id>/withdraw/", policies.withdraw, name="policy_withdraw"),
    path("<uuid:policy_id>/send/", pushes.send, name="policy_send"),
    path("<uuid:policy_id>/apply/", applications.apply, name="policy_apply"),
    path("<uuid:policy_id>/offer/", applications.offer_case, name="policy_offer"),
]
