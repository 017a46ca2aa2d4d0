// CommonJS add-ons that `require()` an ES module while it is still being evaluated fail with
// "Cannot require() ES Module … in a cycle"; loading them once up front avoids the cycle.
import 'reflect-metadata';
import '@nestjs/common';
import '@nestjs/core';
import '@nestjs/bull-shared';
import '@nestjs/terminus';
import 'bullmq';
