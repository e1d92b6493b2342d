"""Addresses of organisation."""

from django.urls import path

from district.kernel.organisation.pages import members, units

urlpatterns = [
    path("units/", units.units, name="units"),
    path("units/<str:code>/", units.unit, name="unit"),
    path("members/", members.members, name="members"),
    path("members/new/", members.create, name="member_new"),
    path("members/<uuid:member_id>/", members.member, name="member"),
    path("members/<uuid:member_id>/change/", members.change, name="member_change"),
    path("members/<uuid:member_id>/posts/", members.assign, name="member_assign"),
    path(
        "members/<uuid:member_id>/posts/<uuid:post_id>/end/",
        members.end_post,
        name="member_end_post",
    ),
    path("members/<uuid:member_id>/phone/", members.phone, name="member_phone"),
    path("members/<uuid:member_id>/phone/look/", members.look_up_phone, name="member_look_phone"),
    path("members/<uuid:member_id>/leave/", members.deactivate, name="member_deactivate"),
    path("members/<uuid:member_id>/password/", members.password, name="member_password"),
    path("me/", members.me, name="me"),
    path("me/phone/", members.my_phone, name="my_phone"),
    path("me/password/", members.my_password, name="my_password"),
]
