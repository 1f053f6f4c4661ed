-- What a reporter was given for a report is part of its record.
ALTER TABLE "Event" ADD COLUMN "reward" TEXT;
