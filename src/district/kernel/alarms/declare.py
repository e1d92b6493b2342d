"""What alarms declare: rights, kinds of events, registers, navigation."""
