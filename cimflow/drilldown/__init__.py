"""The Data Drill Down: from students' rows to reports that name no small group."""
