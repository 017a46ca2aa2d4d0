export * from './failure-sink.js';
export { HandlesJob, type JobContext, type JobHandler } from './handlers.js';
export { Inquiry, type InquiryLimits, type InspectionName, type InspectionReply } from './inquiry.js';
export { JobProducer, type JobState, type QueueCounts } from './job-producer.js';
export { WorkerLauncher } from './lifecycle.js';
export { QueueModule, type ProducerOptions, type WorkerModuleOptions } from './queue.module.js';
export { QUEUE_LOG, type QueueLog } from './queue-log.js';
