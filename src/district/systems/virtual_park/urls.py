"""Addresses under /virtual_park/: without a session, for firms, and below staff/ for members."""

from django.urls import path

from district.systems.virtual_park.pages import account, claims, people, staff

urlpatterns = [
    # Without a session.
    path("sign_in/", account.sign_in_page, name="park_sign_in"),
    path("sign_out/", account.sign_out, name="park_sign_out"),
    path("join/", account.join, name="park_join"),
    path("reset/", account.reset, name="park_reset"),
    path("claim/", claims.claim, name="park_claim"),
    path("claim/status/", claims.status, name="park_claim_status"),
    # For a firm.
    path("", account.home, name="park"),
    path("choose/", account.choose, name="park_choose"),
    path("account/", account.account, name="park_account"),
    path("people/", people.people, name="park_people"),
    path("people/invite/", people.invite_page, name="park_invite"),
    path("people/invitations/<uuid:code_id>/", people.uninvite, name="park_uninvite"),
    path("people/<uuid:mandate_id>/", people.change, name="park_person"),
    path("people/<uuid:mandate_id>/read/", people.read, name="park_person_read"),
    path("people/<uuid:mandate_id>/end/", people.stop, name="park_person_end"),
    path("people/<uuid:mandate_id>/reset/", people.reset_person, name="park_person_reset"),
    # For members.
    path("staff/", staff.firms, name="park_firms"),
    path("staff/invite/", staff.invite, name="park_invite_manager"),
    path("staff/claims/", staff.claims, name="park_claims"),
    path("staff/claims/<uuid:case_id>/approve/", staff.approve, name="park_claim_approve"),
    path("staff/claims/<slug:desk>/", staff.desk, name="park_desk"),
    path("staff/firms/<slug:code>/", staff.firm, name="park_firm"),
    path("staff/firms/<slug:code>/people/<uuid:mandate_id>/", staff.read,
         name="park_representative"),
    path("staff/firms/<slug:code>/people/<uuid:mandate_id>/end/", staff.end,
         name="park_mandate_end"),
    path("staff/firms/<slug:code>/reset/<uuid:representative_id>/", staff.reset,
         name="park_representative_reset"),
]  # fmt: skip
