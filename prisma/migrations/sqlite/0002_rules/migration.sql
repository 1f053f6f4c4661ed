-- Terms are kept with their event. Clocks are told by their stretches. Rules have versions.
ALTER TABLE "Event" RENAME TO "OldEvent";
CREATE TABLE "Event" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "no" TEXT,
    "stage" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "reporterId" TEXT NOT NULL,
    "conversationId" TEXT,
    "text" TEXT NOT NULL,
    "matterId" TEXT,
    "terms" TEXT,
    "gridId" TEXT,
    "areaPath" TEXT NOT NULL,
    "placeText" TEXT NOT NULL,
    "lng" REAL,
    "lat" REAL,
    "urgent" BOOLEAN NOT NULL,
    "mediaIds" TEXT NOT NULL,
    "suggestions" TEXT NOT NULL,
    "createdAt" BIGINT NOT NULL,
    "touchedAt" BIGINT NOT NULL,
    "filedAt" BIGINT,
    "closedAt" BIGINT,
    "nextAt" BIGINT,
    "entryCount" INTEGER NOT NULL,
    "headHash" TEXT NOT NULL,
    "responsibleId" TEXT,
    "round" INTEGER NOT NULL,
    "diverted" BOOLEAN NOT NULL,
    "last" TEXT NOT NULL
);
INSERT INTO "Event" ("id", "no", "stage", "version", "reporterId", "conversationId", "text", "matterId", "terms", "gridId", "areaPath", "placeText", "lng", "lat", "urgent", "mediaIds", "suggestions", "createdAt", "touchedAt", "filedAt", "closedAt", "nextAt", "entryCount", "headHash", "responsibleId", "round", "diverted", "last")
SELECT o."id", o."no", o."stage", o."version", o."reporterId", o."conversationId", o."text", o."matterId", (SELECT json_object('conditionId', c."id", 'text', c."text", 'clock', c."clock", 'limit', c."limit", 'ackMinutes', c."ackMinutes", 'closing', c."closing", 'evidence', c."evidence", 'version', 0) FROM "Condition" AS c WHERE o."filedAt" IS NOT NULL AND c."id" = o."conditionId"), o."gridId", o."areaPath", o."placeText", o."lng", o."lat", o."urgent", o."mediaIds", o."suggestions", o."createdAt", o."touchedAt", o."filedAt", o."closedAt", o."nextAt", o."entryCount", o."headHash", (SELECT t."unitId" FROM "Task" AS t WHERE t."eventId" = o."id" AND t."duty" = 'lead' ORDER BY t."rank" DESC LIMIT 1), 1, false, o."last"
FROM "OldEvent" AS o;
DROP TABLE "OldEvent";
CREATE UNIQUE INDEX "Event_no_key" ON "Event"("no");
CREATE INDEX "Event_nextAt_idx" ON "Event"("nextAt");
CREATE INDEX "Event_reporterId_stage_touchedAt_idx" ON "Event"("reporterId", "stage", "touchedAt");
CREATE INDEX "Event_createdAt_id_idx" ON "Event"("createdAt", "id");
CREATE INDEX "Event_stage_createdAt_idx" ON "Event"("stage", "createdAt");
CREATE INDEX "Event_areaPath_idx" ON "Event"("areaPath");

ALTER TABLE "Task" RENAME TO "OldTask";
CREATE TABLE "Task" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "eventId" TEXT NOT NULL,
    "rank" INTEGER NOT NULL,
    "unitId" TEXT NOT NULL,
    "duty" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "assigneeId" TEXT,
    "round" INTEGER NOT NULL,
    "startedAt" BIGINT NOT NULL,
    "ackedAt" BIGINT,
    "endedAt" BIGINT,
    "touchedAt" BIGINT NOT NULL,
    "spans" TEXT NOT NULL,
    "extended" INTEGER NOT NULL,
    "extensions" INTEGER NOT NULL,
    "suspensions" INTEGER NOT NULL,
    "suspendedUntil" BIGINT,
    "request" TEXT,
    "appealed" TEXT,
    "rungs" TEXT NOT NULL,
    "supervised" TEXT,
    "ackDueAt" BIGINT,
    "handleDueAt" BIGINT,
    "nextAt" BIGINT
);
INSERT INTO "Task" ("id", "eventId", "rank", "unitId", "duty", "state", "assigneeId", "round", "startedAt", "ackedAt", "endedAt", "touchedAt", "spans", "extended", "extensions", "suspensions", "suspendedUntil", "request", "appealed", "rungs", "supervised", "ackDueAt", "handleDueAt", "nextAt")
SELECT o."id", o."eventId", o."rank", o."unitId", o."duty", o."state", o."assigneeId", 1, o."startedAt", o."ackedAt", o."endedAt", coalesce(o."ackedAt", o."startedAt"), CASE WHEN o."ackedAt" IS NULL THEN json_array(json_object('clock', 'ack', 'from', o."startedAt", 'to', o."endedAt", 'why', 'waiting', 'running', json('true')))
    ELSE json_array(json_object('clock', 'ack', 'from', o."startedAt", 'to', o."ackedAt", 'why', 'waiting', 'running', json('true')),
      json_object('clock', 'handle', 'from', o."ackedAt", 'to', o."endedAt", 'why', 'handling', 'running', json('true'))) END, 0, 0, 0, NULL, NULL, NULL, o."rungs", o."supervised", o."ackDueAt", o."handleDueAt", o."nextAt"
FROM "OldTask" AS o;
DROP TABLE "OldTask";
CREATE INDEX "Task_eventId_idx" ON "Task"("eventId");
CREATE INDEX "Task_unitId_state_idx" ON "Task"("unitId", "state");
CREATE INDEX "Task_state_handleDueAt_idx" ON "Task"("state", "handleDueAt");

ALTER TABLE "Duty" RENAME TO "OldDuty";
CREATE TABLE "Duty" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "matterId" TEXT NOT NULL,
    "conditionId" TEXT,
    "areaKind" TEXT,
    "channel" TEXT NOT NULL,
    "leadKind" TEXT NOT NULL,
    "leadUnitId" TEXT,
    "assistUnitIds" TEXT NOT NULL
);
INSERT INTO "Duty" ("id", "matterId", "conditionId", "areaKind", "channel", "leadKind", "leadUnitId", "assistUnitIds")
SELECT o."matterId" || '|*|*|general', o."matterId", NULL, NULL, 'general', o."leadKind", o."leadUnitId", o."assistUnitIds"
FROM "OldDuty" AS o;
DROP TABLE "OldDuty";

ALTER TABLE "Matter" RENAME TO "OldMatter";
CREATE TABLE "Matter" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "duty" TEXT NOT NULL,
    "domain" TEXT NOT NULL,
    "gbCode" TEXT,
    "keywords" TEXT NOT NULL,
    "urgent" BOOLEAN NOT NULL,
    "retired" BOOLEAN NOT NULL DEFAULT false
);
INSERT INTO "Matter" ("id", "name", "duty", "domain", "gbCode", "keywords", "urgent", "retired")
SELECT o."id", o."name", o."duty", o."domain", o."gbCode", o."keywords", o."urgent", false
FROM "OldMatter" AS o;
DROP TABLE "OldMatter";

CREATE TABLE "RuleVersion" (
    "kind" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "at" BIGINT NOT NULL,
    "by" TEXT NOT NULL,
    "note" TEXT NOT NULL,
    "text" TEXT NOT NULL,

    PRIMARY KEY ("kind", "version")
);
