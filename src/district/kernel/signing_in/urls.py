"""Addresses of signing in."""

from django.urls import path

from district.kernel.signing_in.pages import by_provider, entering, managing, own

urlpatterns = [
    path("login/code/", entering.code, name="sign_in_code"),
    path("login/provider/", by_provider.start, name="sign_in_provider"),
    path("login/provider/back/", by_provider.back, name="sign_in_provider_back"),
    path("logout/done/", by_provider.signed_out, name="signed_out"),
    path("me/sign_in/", own.mine, name="my_sign_in"),
    path("me/sign_in/begin/", own.begin, name="my_second_factor_begin"),
    path("me/sign_in/second_factor/", own.second_factor, name="my_second_factor"),
    path("me/sign_in/codes/", own.renew, name="my_recovery_codes"),
    path("me/sign_in/remove/", own.remove, name="my_second_factor_remove"),
    path("me/sign_in/sessions/end/", own.end, name="my_sessions_end"),
    path("members/<uuid:member_id>/sign_in/", managing.member_sign_in, name="member_sign_in"),
]
