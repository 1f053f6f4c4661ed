-- Terms are kept with their event. Clocks are told by their stretches. Rules have versions.

ALTER TABLE "Event" ADD COLUMN "terms" TEXT, ADD COLUMN "responsibleId" TEXT, ADD COLUMN "round" INTEGER, ADD COLUMN "diverted" BOOLEAN;

UPDATE "Event" AS o SET "round" = 1, "diverted" = false,
  "responsibleId" = (SELECT t."unitId" FROM "Task" AS t WHERE t."eventId" = o."id" AND t."duty" = 'lead' ORDER BY t."rank" DESC LIMIT 1),
  "terms" = (SELECT json_build_object('conditionId', c."id", 'text', c."text", 'clock', c."clock", 'limit', c."limit", 'ackMinutes', c."ackMinutes", 'closing', c."closing", 'evidence', c."evidence", 'version', 0)::text FROM "Condition" AS c WHERE o."filedAt" IS NOT NULL AND c."id" = o."conditionId");

ALTER TABLE "Event" ALTER COLUMN "round" SET NOT NULL, ALTER COLUMN "diverted" SET NOT NULL, DROP COLUMN "conditionId";

ALTER TABLE "Task" ADD COLUMN "round" INTEGER, ADD COLUMN "touchedAt" BIGINT, ADD COLUMN "spans" TEXT, ADD COLUMN "extended" INTEGER, ADD COLUMN "extensions" INTEGER,
  ADD COLUMN "suspensions" INTEGER, ADD COLUMN "suspendedUntil" BIGINT, ADD COLUMN "request" TEXT, ADD COLUMN "appealed" TEXT, ALTER COLUMN "ackDueAt" DROP NOT NULL;

UPDATE "Task" AS o SET "round" = 1, "touchedAt" = coalesce(o."ackedAt", o."startedAt"), "extended" = 0, "extensions" = 0, "suspensions" = 0,
  "spans" = (CASE WHEN o."ackedAt" IS NULL THEN json_build_array(json_build_object('clock', 'ack', 'from', o."startedAt", 'to', o."endedAt", 'why', 'waiting', 'running', true))
    ELSE json_build_array(json_build_object('clock', 'ack', 'from', o."startedAt", 'to', o."ackedAt", 'why', 'waiting', 'running', true),
      json_build_object('clock', 'handle', 'from', o."ackedAt", 'to', o."endedAt", 'why', 'handling', 'running', true)) END)::text;

ALTER TABLE "Task" ALTER COLUMN "round" SET NOT NULL, ALTER COLUMN "touchedAt" SET NOT NULL, ALTER COLUMN "spans" SET NOT NULL,
  ALTER COLUMN "extended" SET NOT NULL, ALTER COLUMN "extensions" SET NOT NULL, ALTER COLUMN "suspensions" SET NOT NULL;

ALTER TABLE "Duty" DROP CONSTRAINT "Duty_pkey", ADD COLUMN "id" TEXT, ADD COLUMN "conditionId" TEXT, ADD COLUMN "areaKind" TEXT, ADD COLUMN "channel" TEXT;

UPDATE "Duty" SET "id" = "matterId" || '|*|*|general', "channel" = 'general';

ALTER TABLE "Duty" ALTER COLUMN "id" SET NOT NULL, ALTER COLUMN "channel" SET NOT NULL, ADD CONSTRAINT "Duty_pkey" PRIMARY KEY ("id");

ALTER TABLE "Matter" ADD COLUMN "retired" BOOLEAN NOT NULL DEFAULT false;

CREATE TABLE "RuleVersion" (
    "kind" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "at" BIGINT NOT NULL,
    "by" TEXT NOT NULL,
    "note" TEXT NOT NULL,
    "text" TEXT NOT NULL,

    CONSTRAINT "RuleVersion_pkey" PRIMARY KEY ("kind","version")
);
