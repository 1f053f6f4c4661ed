-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "Area" (
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "parentId" TEXT,
    "path" TEXT NOT NULL,
    "dedicated" BOOLEAN NOT NULL,
    "lng" DOUBLE PRECISION,
    "lat" DOUBLE PRECISION,
    "polygon" TEXT,

    CONSTRAINT "Area_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Unit" (
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "areaId" TEXT NOT NULL,
    "parentId" TEXT,

    CONSTRAINT "Unit_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Person" (
    "userId" TEXT NOT NULL,
    "unionId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "mobile" TEXT,
    "active" BOOLEAN NOT NULL,

    CONSTRAINT "Person_pkey" PRIMARY KEY ("userId")
);

-- CreateTable
CREATE TABLE "Post" (
    "id" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "unitId" TEXT,
    "areaId" TEXT,

    CONSTRAINT "Post_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Matter" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "duty" TEXT NOT NULL,
    "domain" TEXT NOT NULL,
    "gbCode" TEXT,
    "keywords" TEXT NOT NULL,
    "urgent" BOOLEAN NOT NULL,

    CONSTRAINT "Matter_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Condition" (
    "id" TEXT NOT NULL,
    "matterId" TEXT NOT NULL,
    "rank" INTEGER NOT NULL,
    "text" TEXT NOT NULL,
    "clock" TEXT NOT NULL,
    "limit" INTEGER NOT NULL,
    "ackMinutes" INTEGER NOT NULL,
    "closing" TEXT NOT NULL,
    "evidence" TEXT NOT NULL,

    CONSTRAINT "Condition_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Duty" (
    "matterId" TEXT NOT NULL,
    "leadKind" TEXT NOT NULL,
    "leadUnitId" TEXT,
    "assistUnitIds" TEXT NOT NULL,

    CONSTRAINT "Duty_pkey" PRIMARY KEY ("matterId")
);

-- CreateTable
CREATE TABLE "Event" (
    "id" TEXT NOT NULL,
    "no" TEXT,
    "stage" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "reporterId" TEXT NOT NULL,
    "conversationId" TEXT,
    "text" TEXT NOT NULL,
    "matterId" TEXT,
    "conditionId" TEXT,
    "gridId" TEXT,
    "areaPath" TEXT NOT NULL,
    "placeText" TEXT NOT NULL,
    "lng" DOUBLE PRECISION,
    "lat" DOUBLE PRECISION,
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
    "last" TEXT NOT NULL,

    CONSTRAINT "Event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Task" (
    "id" TEXT NOT NULL,
    "eventId" TEXT NOT NULL,
    "rank" INTEGER NOT NULL,
    "unitId" TEXT NOT NULL,
    "duty" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "assigneeId" TEXT,
    "startedAt" BIGINT NOT NULL,
    "ackDueAt" BIGINT NOT NULL,
    "ackedAt" BIGINT,
    "handleDueAt" BIGINT,
    "endedAt" BIGINT,
    "rungs" TEXT NOT NULL,
    "supervised" TEXT,
    "nextAt" BIGINT,

    CONSTRAINT "Task_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Entry" (
    "eventId" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "at" BIGINT NOT NULL,
    "by" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "data" TEXT NOT NULL,
    "prevHash" TEXT NOT NULL,
    "hash" TEXT NOT NULL,

    CONSTRAINT "Entry_pkey" PRIMARY KEY ("eventId","seq")
);

-- CreateTable
CREATE TABLE "Media" (
    "id" TEXT NOT NULL,
    "eventId" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "code" TEXT,
    "phase" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "sha256" TEXT,
    "mime" TEXT,
    "size" INTEGER,
    "attempts" INTEGER NOT NULL,
    "nextAt" BIGINT,
    "createdAt" BIGINT NOT NULL,

    CONSTRAINT "Media_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Message" (
    "key" TEXT NOT NULL,
    "at" BIGINT NOT NULL,
    "userId" TEXT,
    "eventId" TEXT,

    CONSTRAINT "Message_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "Notice" (
    "id" TEXT NOT NULL,
    "slot" TEXT,
    "lane" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "userId" TEXT,
    "eventId" TEXT,
    "data" TEXT NOT NULL,
    "urgent" BOOLEAN NOT NULL,
    "dueAt" BIGINT NOT NULL,
    "createdAt" BIGINT NOT NULL,
    "status" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL,
    "leaseUntil" BIGINT,
    "settledAt" BIGINT,
    "why" TEXT,

    CONSTRAINT "Notice_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Card" (
    "outTrackId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "eventId" TEXT,
    "kind" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "createdAt" BIGINT NOT NULL,

    CONSTRAINT "Card_pkey" PRIMARY KEY ("outTrackId")
);

-- CreateTable
CREATE TABLE "Counter" (
    "name" TEXT NOT NULL,
    "value" INTEGER NOT NULL,

    CONSTRAINT "Counter_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "Poison" (
    "id" SERIAL NOT NULL,
    "at" BIGINT NOT NULL,
    "reason" TEXT NOT NULL,
    "raw" TEXT NOT NULL,

    CONSTRAINT "Poison_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Meta" (
    "key" TEXT NOT NULL,
    "value" TEXT NOT NULL,

    CONSTRAINT "Meta_pkey" PRIMARY KEY ("key")
);

-- CreateIndex
CREATE INDEX "Area_path_idx" ON "Area"("path");

-- CreateIndex
CREATE INDEX "Post_userId_idx" ON "Post"("userId");

-- CreateIndex
CREATE UNIQUE INDEX "Event_no_key" ON "Event"("no");

-- CreateIndex
CREATE INDEX "Event_nextAt_idx" ON "Event"("nextAt");

-- CreateIndex
CREATE INDEX "Event_reporterId_stage_touchedAt_idx" ON "Event"("reporterId", "stage", "touchedAt");

-- CreateIndex
CREATE INDEX "Event_createdAt_id_idx" ON "Event"("createdAt", "id");

-- CreateIndex
CREATE INDEX "Event_stage_createdAt_idx" ON "Event"("stage", "createdAt");

-- CreateIndex
CREATE INDEX "Event_areaPath_idx" ON "Event"("areaPath");

-- CreateIndex
CREATE INDEX "Task_eventId_idx" ON "Task"("eventId");

-- CreateIndex
CREATE INDEX "Task_unitId_state_idx" ON "Task"("unitId", "state");

-- CreateIndex
CREATE INDEX "Task_state_handleDueAt_idx" ON "Task"("state", "handleDueAt");

-- CreateIndex
CREATE INDEX "Media_nextAt_idx" ON "Media"("nextAt");

-- CreateIndex
CREATE INDEX "Media_eventId_idx" ON "Media"("eventId");

-- CreateIndex
CREATE UNIQUE INDEX "Notice_slot_key" ON "Notice"("slot");

-- CreateIndex
CREATE INDEX "Notice_status_dueAt_idx" ON "Notice"("status", "dueAt");

-- CreateIndex
CREATE INDEX "Card_eventId_idx" ON "Card"("eventId");

-- CreateIndex
CREATE INDEX "Card_userId_eventId_kind_idx" ON "Card"("userId", "eventId", "kind");
