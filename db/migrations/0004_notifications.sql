CREATE TABLE `deliveries` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`webhook_id` text NOT NULL,
	`event_id` integer,
	`source_id` text NOT NULL,
	`type` text NOT NULL,
	`at` integer NOT NULL,
	`notice` text NOT NULL,
	`state` text NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`next_at` integer,
	`status` integer,
	`response` text DEFAULT '' NOT NULL,
	`error` text,
	`duration_ms` integer,
	`tried_at` integer,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`webhook_id`) REFERENCES `webhooks`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `deliveries_id_unique` ON `deliveries` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `deliveries_event` ON `deliveries` (`webhook_id`,`event_id`);--> statement-breakpoint
CREATE INDEX `deliveries_webhook` ON `deliveries` (`webhook_id`,`seq`);--> statement-breakpoint
CREATE INDEX `deliveries_due` ON `deliveries` (`webhook_id`,`next_at`,`seq`) WHERE state = 'waiting';--> statement-breakpoint
CREATE INDEX `deliveries_source` ON `deliveries` (`webhook_id`,`source_id`,`seq`) WHERE state = 'waiting';--> statement-breakpoint
CREATE INDEX `deliveries_tried` ON `deliveries` (`tried_at`) WHERE state <> 'waiting';--> statement-breakpoint
CREATE TABLE `webhooks` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`kind` text NOT NULL,
	`sealed` text NOT NULL,
	`shown_url` text NOT NULL,
	`recipients` text NOT NULL,
	`events` text NOT NULL,
	`filter` text NOT NULL,
	`origin` text NOT NULL,
	`since_id` integer NOT NULL,
	`enabled` integer NOT NULL,
	`off_reason` text,
	`failing_since` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `webhooks_name_unique` ON `webhooks` (`name`);