-- The trend of 今日 asks what was closed and what ran out in thirty days, among years of events.
CREATE INDEX "Event_closedAt_idx" ON "Event"("closedAt");
CREATE INDEX "Task_ackDueAt_idx" ON "Task"("ackDueAt");
