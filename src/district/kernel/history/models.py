"""Tables of history. Event and seal rows are never updated or deleted: triggers refuse it."""

from __future__ import annotations

import json
from typing import Any

from django.db import models


class Event(models.Model):
    """One thing that happened to one aggregate, chained to the one before it.

    `data_text` and `personal_text` are canonical JSON, kept as text so that both databases give
    back the very bytes that were hashed. Personal fields hold tokens, never plaintext.
    """

    subject_type = models.CharField(max_length=80)
    subject_id = models.CharField(max_length=80)
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=120)
    data_text = models.TextField()
    personal_text = models.TextField(default="{}")
    note = models.TextField(default="", blank=True)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.CharField(max_length=80, blank=True)
    actor_name = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "sequence"], name="event_sequence_once"
            )
        ]
        indexes = [
            models.Index(fields=["at"], name="event_at"),
            models.Index(fields=["kind", "at"], name="event_kind_at"),
            models.Index(fields=["actor_id", "at"], name="event_actor_at"),
        ]

    def __str__(self) -> str:
        return f"{self.subject_type}:{self.subject_id}#{self.sequence} {self.kind}"

    @property
    def data(self) -> dict[str, Any]:
        """The event's facts as JSON; decimals and dates are strings."""
        loaded: dict[str, Any] = json.loads(self.data_text)
        return loaded

    @property
    def personal(self) -> dict[str, str]:
        """Personal fields as tokens for `reveal`."""
        loaded: dict[str, str] = json.loads(self.personal_text)
        return loaded


class PendingSeal(models.Model):
    """An event that the sealer has not reached; written and removed in transactions."""

    event = models.OneToOneField(Event, primary_key=True, on_delete=models.PROTECT)

    def __str__(self) -> str:
        return f"pending {self.event_id}"


class SealBatch(models.Model):
    """A run of sealed events under one root, chained to the batch before."""

    first_position = models.PositiveBigIntegerField()
    last_position = models.PositiveBigIntegerField(unique=True)
    previous_root = models.CharField(max_length=64)
    root = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"batch {self.first_position}-{self.last_position}"


class SealedEvent(models.Model):
    """The place of an event in the one order that consumers follow; keeps its hash apart."""

    position = models.PositiveBigIntegerField(primary_key=True)
    event_id = models.BigIntegerField(unique=True)
    event_hash = models.CharField(max_length=64)
    batch = models.ForeignKey(SealBatch, on_delete=models.PROTECT, related_name="events")

    def __str__(self) -> str:
        return f"{self.position}: event {self.event_id}"


class PersonKey(models.Model):
    """The key of one person's personal fields, wrapped by the installation's master key."""

    person_id = models.CharField(max_length=80, primary_key=True)
    wrapped = models.TextField(blank=True)
    created_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"key of {self.person_id}"


class OutboxMessage(models.Model):
    """A message to consumers, written with the change that it tells of.

    `position` is given by the sealer after the commit, so a consumer that has read up to a
    position has missed nothing before it.
    """

    position = models.PositiveBigIntegerField(null=True, unique=True)
    topic = models.CharField(max_length=120)
    subject = models.CharField(max_length=170)
    payload = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["id"], name="outbox_unplaced", condition=models.Q(position__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.subject}"


class ConsumerState(models.Model):
    """How far a consumer has come, and what stops it."""

    name = models.CharField(max_length=120, primary_key=True)
    position = models.PositiveBigIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True)
    retry_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name} at {self.position}"


class ParkedMessage(models.Model):
    """A message that a consumer failed on too often; kept for a person to look at and retry."""

    consumer = models.CharField(max_length=120)
    message = models.ForeignKey(OutboxMessage, on_delete=models.PROTECT)
    error = models.TextField()
    parked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["consumer", "message"], name="parked_once")]

    def __str__(self) -> str:
        return f"{self.consumer}: {self.message_id}"


class SealerLock(models.Model):
    """One row; whoever holds it seals."""

    name = models.CharField(max_length=20, primary_key=True)

    def __str__(self) -> str:
        return self.name
