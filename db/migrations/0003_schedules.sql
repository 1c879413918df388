CREATE TABLE `schedule_runs` (
	`schedule_id` text NOT NULL,
	`due_at` integer NOT NULL,
	`outcome` text NOT NULL,
	`reason` text DEFAULT '' NOT NULL,
	`by_hand` integer NOT NULL,
	`campaign_id` text,
	`started_at` integer,
	`expected_by` integer,
	PRIMARY KEY(`schedule_id`, `due_at`),
	FOREIGN KEY (`schedule_id`) REFERENCES `schedules`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `schedule_runs_campaign` ON `schedule_runs` (`campaign_id`);--> statement-breakpoint
CREATE INDEX `schedule_runs_waiting` ON `schedule_runs` (`schedule_id`) WHERE outcome = 'waiting';--> statement-breakpoint
CREATE INDEX `schedule_runs_expected` ON `schedule_runs` (`expected_by`) WHERE expected_by is not null;--> statement-breakpoint
CREATE TABLE `schedules` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`cron` text NOT NULL,
	`timezone` text NOT NULL,
	`campaign` text NOT NULL,
	`enabled` integer NOT NULL,
	`overlap` text NOT NULL,
	`missed` text NOT NULL,
	`jitter_s` integer NOT NULL,
	`grace_h` real NOT NULL,
	`next_due_at` integer,
	`next_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `schedules_name_unique` ON `schedules` (`name`);--> statement-breakpoint
CREATE INDEX `schedules_next` ON `schedules` (`next_at`) WHERE enabled = 1;