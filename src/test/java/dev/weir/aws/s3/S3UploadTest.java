package dev.weir.aws.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class S3UploadTest {
    private static final int MIB = 1024 * 1024;

    @ParameterizedTest
    @CsvSource({"8388608, 8", "1073741824, 8", "107374182400, 10.24", "10737418240000, 64", "-1, 16"})
    void keepsPartsFrom8To64MiBAndUnder10000(long size, double mib) {
        int part = S3Upload.partSize(size < 0 ? OptionalLong.empty() : OptionalLong.of(size));
        assertThat(part / (double) MIB).isCloseTo(mib, org.assertj.core.data.Offset.offset(0.01));
    }
}
