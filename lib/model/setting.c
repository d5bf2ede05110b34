/* SPDX-License-Identifier: Apache-2.0 */
#include "model/setting.h"

const struct setting_range setting_ranges[SETTING_COUNT] = {
    [SETTING_PASSWORD_COST] = {1, 11},
    [SETTING_LOCKOUT_FAILURES] = {0, 1000000},
    [SETTING_LOCKOUT_ADDRESS_FAILURES] = {0, 1000000},
    [SETTING_LOCKOUT_SECONDS] = {1, 86400},
    [SETTING_PLAIN_HOSTS] = {0, 2},
};
