-- People join an event instead of doubling it. Photos say when and where they were taken.
CREATE TABLE "Follower" (
    "eventId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "rank" INTEGER NOT NULL,
    "at" BIGINT NOT NULL,

    CONSTRAINT "Follower_pkey" PRIMARY KEY ("eventId","userId")
);
CREATE INDEX "Follower_userId_at_idx" ON "Follower"("userId", "at");

ALTER TABLE "Media" ADD COLUMN "takenAt" BIGINT, ADD COLUMN "takenLng" DOUBLE PRECISION, ADD COLUMN "takenLat" DOUBLE PRECISION;
