-- People join an event instead of doubling it. Photos say when and where they were taken.
CREATE TABLE "Follower" (
    "eventId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "rank" INTEGER NOT NULL,
    "at" BIGINT NOT NULL,

    PRIMARY KEY ("eventId", "userId")
);
CREATE INDEX "Follower_userId_at_idx" ON "Follower"("userId", "at");

ALTER TABLE "Media" RENAME TO "OldMedia";
CREATE TABLE "Media" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "eventId" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "code" TEXT,
    "phase" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "sha256" TEXT,
    "mime" TEXT,
    "size" INTEGER,
    "takenAt" BIGINT,
    "takenLng" REAL,
    "takenLat" REAL,
    "attempts" INTEGER NOT NULL,
    "nextAt" BIGINT,
    "createdAt" BIGINT NOT NULL
);
INSERT INTO "Media" ("id", "eventId", "kind", "code", "phase", "status", "sha256", "mime", "size", "attempts", "nextAt", "createdAt")
SELECT o."id", o."eventId", o."kind", o."code", o."phase", o."status", o."sha256", o."mime", o."size", o."attempts", o."nextAt", o."createdAt"
FROM "OldMedia" AS o;
DROP TABLE "OldMedia";
CREATE INDEX "Media_nextAt_idx" ON "Media"("nextAt");
CREATE INDEX "Media_eventId_idx" ON "Media"("eventId");
